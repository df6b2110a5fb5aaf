using System.Text.Json;
using ShimService.Oci.Model;

namespace ShimService.Oci.Write;

/// <summary>Writes a resources object.</summary>
internal static class ResourcesWriter
{
    internal static void Write(Utf8JsonWriter json, LinuxResources resources)
    {
        json.WriteStartObject();
        WriteDevices(json, resources.Devices);
        if (resources.Memory is { } memory)
        {
            json.WriteStartObject("memory"u8);
            json.WriteOptional("limit"u8, memory.Limit);
            json.WriteOptional("reservation"u8, memory.Reservation);
            json.WriteOptional("swap"u8, memory.Swap);
            json.WriteOptional("kernel"u8, memory.Kernel);
            json.WriteOptional("kernelTCP"u8, memory.KernelTcp);
            json.WriteOptional("swappiness"u8, memory.Swappiness);
            json.WriteOptional("disableOOMKiller"u8, memory.DisableOomKiller);
            json.WriteOptional("useHierarchy"u8, memory.UseHierarchy);
            json.WriteOptional("checkBeforeUpdate"u8, memory.CheckBeforeUpdate);
            json.WriteEndObject();
        }

        if (resources.Cpu is { } cpu)
        {
            json.WriteStartObject("cpu"u8);
            json.WriteOptional("shares"u8, cpu.Shares);
            json.WriteOptional("quota"u8, cpu.Quota);
            json.WriteOptional("burst"u8, cpu.Burst);
            json.WriteOptional("period"u8, cpu.Period);
            json.WriteOptional("realtimeRuntime"u8, cpu.RealtimeRuntime);
            json.WriteOptional("realtimePeriod"u8, cpu.RealtimePeriod);
            json.WriteText("cpus"u8, cpu.Cpus);
            json.WriteText("mems"u8, cpu.Mems);
            json.WriteOptional("idle"u8, cpu.Idle);
            json.WriteEndObject();
        }

        if (resources.Pids is { } pids)
        {
            json.WriteStartObject("pids"u8);
            json.WriteOptional("limit"u8, pids.Limit);
            json.WriteEndObject();
        }

        if (resources.BlockIo is { } blockIo)
        {
            json.WritePropertyName("blockIO"u8);
            BlockIoWriter.Write(json, blockIo);
        }

        WriteHugepages(json, resources.HugepageLimits);
        if (resources.Network is { } network)
        {
            WriteNetwork(json, network);
        }

        WriteRdma(json, resources.Rdma);
        json.WriteMap("unified"u8, resources.Unified);
        json.WriteEndObject();
    }

    private static void WriteHugepages(Utf8JsonWriter json, IReadOnlyList<LinuxHugepageLimit> limits)
    {
        if (limits.Count == 0)
        {
            return;
        }

        json.WriteStartArray("hugepageLimits"u8);
        foreach (var limit in limits)
        {
            json.WriteStartObject();
            json.WriteString("pageSize"u8, limit.PageSize);
            json.WriteNumber("limit"u8, limit.Limit);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteNetwork(Utf8JsonWriter json, LinuxNetworkResources network)
    {
        json.WriteStartObject("network"u8);
        json.WriteOptional("classID"u8, (ulong?)network.ClassId);
        if (network.Priorities.Count > 0)
        {
            json.WriteStartArray("priorities"u8);
            foreach (var priority in network.Priorities)
            {
                json.WriteStartObject();
                json.WriteString("name"u8, priority.Name);
                json.WriteNumber("priority"u8, priority.Priority);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static void WriteRdma(Utf8JsonWriter json, IReadOnlyList<LinuxRdma> devices)
    {
        if (devices.Count == 0)
        {
            return;
        }

        json.WriteStartObject("rdma"u8);
        foreach (var device in devices)
        {
            json.WriteStartObject(device.Device);
            json.WriteOptional("hcaHandles"u8, (ulong?)device.HcaHandles);
            json.WriteOptional("hcaObjects"u8, (ulong?)device.HcaObjects);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteDevices(Utf8JsonWriter json, IReadOnlyList<LinuxDeviceRule> rules)
    {
        if (rules.Count == 0)
        {
            return;
        }

        json.WriteStartArray("devices"u8);
        foreach (var rule in rules)
        {
            json.WriteStartObject();
            json.WriteBoolean("allow"u8, rule.Allow);
            json.WriteText("type"u8, rule.Kind switch
            {
                DeviceKind.Character => "c",
                DeviceKind.Block => "b",
                _ => "",
            });
            json.WriteOptional("major"u8, rule.Major);
            json.WriteOptional("minor"u8, rule.Minor);
            json.WriteString("access"u8, rule.Access);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
