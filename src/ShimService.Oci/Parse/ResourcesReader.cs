using ShimService.Oci.Model;

namespace ShimService.Oci.Parse;

/// <summary>Reads a resources object.</summary>
internal static class ResourcesReader
{
    internal static LinuxResources? ReadOptional(ref JsonCursor json)
    {
        var value = new LinuxResources();
        if (!json.BeginObject())
        {
            return null;
        }

        while (json.NextProperty())
        {
            if (json.Is("devices"u8))
            {
                value = value with { Devices = DeviceRuleReader.ReadList(ref json) };
            }
            else if (json.Is("memory"u8))
            {
                value = value with { Memory = ReadMemory(ref json) };
            }
            else if (json.Is("cpu"u8))
            {
                value = value with { Cpu = ReadCpu(ref json) };
            }
            else if (json.Is("pids"u8))
            {
                value = value with { Pids = ReadPids(ref json) };
            }
            else if (json.Is("blockIO"u8))
            {
                value = value with { BlockIo = BlockIoReader.Read(ref json) };
            }
            else if (json.Is("hugepageLimits"u8))
            {
                value = value with { HugepageLimits = HugepageReader.ReadList(ref json) };
            }
            else if (json.Is("network"u8))
            {
                value = value with { Network = NetworkResourcesReader.Read(ref json) };
            }
            else if (json.Is("rdma"u8))
            {
                value = value with { Rdma = NetworkResourcesReader.ReadRdma(ref json) };
            }
            else if (json.Is("unified"u8))
            {
                value = value with { Unified = json.TextMap() };
            }
            else
            {
                json.Skip();
            }
        }

        return value;
    }

    internal static LinuxResources Read(ref JsonCursor json) =>
        ReadOptional(ref json) ?? throw json.Fault("must be an object, not null");

    private static LinuxMemory? ReadMemory(ref JsonCursor json)
    {
        var value = new LinuxMemory();
        if (!json.BeginObject())
        {
            return null;
        }

        while (json.NextProperty())
        {
            if (json.Is("limit"u8))
            {
                value = value with { Limit = json.OptionalInteger() };
            }
            else if (json.Is("reservation"u8))
            {
                value = value with { Reservation = json.OptionalInteger() };
            }
            else if (json.Is("swap"u8))
            {
                value = value with { Swap = json.OptionalInteger() };
            }
            else if (json.Is("kernel"u8))
            {
                value = value with { Kernel = json.OptionalInteger() };
            }
            else if (json.Is("kernelTCP"u8))
            {
                value = value with { KernelTcp = json.OptionalInteger() };
            }
            else if (json.Is("swappiness"u8))
            {
                value = value with { Swappiness = json.OptionalUnsigned() };
            }
            else if (json.Is("disableOOMKiller"u8))
            {
                value = value with { DisableOomKiller = json.OptionalBoolean() };
            }
            else if (json.Is("useHierarchy"u8))
            {
                value = value with { UseHierarchy = json.OptionalBoolean() };
            }
            else if (json.Is("checkBeforeUpdate"u8))
            {
                value = value with { CheckBeforeUpdate = json.OptionalBoolean() };
            }
            else
            {
                json.Skip();
            }
        }

        return value;
    }

    private static LinuxCpu? ReadCpu(ref JsonCursor json)
    {
        var value = new LinuxCpu();
        if (!json.BeginObject())
        {
            return null;
        }

        while (json.NextProperty())
        {
            if (json.Is("shares"u8))
            {
                value = value with { Shares = json.OptionalUnsigned() };
            }
            else if (json.Is("quota"u8))
            {
                value = value with { Quota = json.OptionalInteger() };
            }
            else if (json.Is("burst"u8))
            {
                value = value with { Burst = json.OptionalUnsigned() };
            }
            else if (json.Is("period"u8))
            {
                value = value with { Period = json.OptionalUnsigned() };
            }
            else if (json.Is("realtimeRuntime"u8))
            {
                value = value with { RealtimeRuntime = json.OptionalInteger() };
            }
            else if (json.Is("realtimePeriod"u8))
            {
                value = value with { RealtimePeriod = json.OptionalUnsigned() };
            }
            else if (json.Is("cpus"u8))
            {
                value = value with { Cpus = json.Text() };
            }
            else if (json.Is("mems"u8))
            {
                value = value with { Mems = json.Text() };
            }
            else if (json.Is("idle"u8))
            {
                value = value with { Idle = json.OptionalInteger() };
            }
            else
            {
                json.Skip();
            }
        }

        return value;
    }

    private static LinuxPids? ReadPids(ref JsonCursor json)
    {
        var value = new LinuxPids(null);
        if (!json.BeginObject())
        {
            return null;
        }

        while (json.NextProperty())
        {
            if (json.Is("limit"u8))
            {
                value = value with { Limit = json.OptionalInteger() };
            }
            else
            {
                json.Skip();
            }
        }

        return value;
    }
}
