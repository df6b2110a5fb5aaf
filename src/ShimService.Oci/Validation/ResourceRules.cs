using ShimService.Oci.Model;

namespace ShimService.Oci.Validation;

/// <summary>
/// Rules for a resources object that hold on every host; what the host's controllers can do is the engine's to say.
/// </summary>
internal static class ResourceRules
{
    internal static void Check(LinuxResources resources, string field)
    {
        CheckDeviceRules(resources.Devices, $"{field}.devices");
        if (resources.Memory is { } memory)
        {
            CheckMemory(memory, $"{field}.memory");
        }

        if (resources.Cpu is { } cpu)
        {
            CheckCpu(cpu, $"{field}.cpu");
        }

        if (resources.BlockIo is { } blockIo)
        {
            CheckBlockIo(blockIo, $"{field}.blockIO");
        }

        CheckHugepages(resources.HugepageLimits, $"{field}.hugepageLimits");
        if (resources.Network is { } network)
        {
            ControllerFileRules.CheckNetwork(network, $"{field}.network");
        }

        ControllerFileRules.CheckRdma(resources.Rdma, $"{field}.rdma");
        ControllerFileRules.CheckUnified(resources.Unified, $"{field}.unified");
    }

    // The size becomes part of a file's name.
    private static void CheckHugepages(IReadOnlyList<LinuxHugepageLimit> limits, string field)
    {
        for (var i = 0; i < limits.Count; i++)
        {
            var size = limits[i].PageSize;
            var digits = size.AsSpan().IndexOfAnyExceptInRange('0', '9');
            if (digits is < 1 or > 6 || size[0] == '0' || size[digits..] is not ("KB" or "MB" or "GB"))
            {
                throw new SpecException($"{field}[{i}].pageSize", $"\"{size}\" is no page size such as 2MB or 1GB");
            }
        }
    }

    private static void CheckDeviceRules(IReadOnlyList<LinuxDeviceRule> rules, string field)
    {
        for (var i = 0; i < rules.Count; i++)
        {
            var access = rules[i].Access;
            if (access.Length is 0 or > 3 || access.AsSpan().IndexOfAnyExcept("rwm") >= 0)
            {
                throw new SpecException($"{field}[{i}].access", "must be one to three of r, w and m");
            }
        }
    }

    private static void CheckMemory(LinuxMemory memory, string field)
    {
        CheckBytes(memory.Limit, $"{field}.limit");
        CheckBytes(memory.Reservation, $"{field}.reservation");
        CheckBytes(memory.Swap, $"{field}.swap");
        CheckBytes(memory.Kernel, $"{field}.kernel");
        CheckBytes(memory.KernelTcp, $"{field}.kernelTCP");
        if (memory.Swappiness > 100)
        {
            throw new SpecException($"{field}.swappiness", "must be from 0 to 100");
        }

        if (memory is { Limit: > 0 and var limit, Swap: > 0 and var swap } && swap < limit)
        {
            throw new SpecException($"{field}.swap", $"is memory and swap together, so not below the limit {limit}");
        }

        if (memory is { Limit: > 0 and var most, Reservation: > 0 and var kept } && kept > most)
        {
            throw new SpecException($"{field}.reservation", $"must not be above the limit {most}");
        }
    }

    private static void CheckBytes(long? bytes, string field)
    {
        if (bytes < -1)
        {
            throw new SpecException(field, "must be -1 (unlimited) or more");
        }
    }

    private static void CheckCpu(LinuxCpu cpu, string field)
    {
        if (cpu.Idle is < 0 or > 1)
        {
            throw new SpecException($"{field}.idle", "must be 0 or 1");
        }

        CpuListRules.Check(cpu.Cpus, $"{field}.cpus");
        CpuListRules.Check(cpu.Mems, $"{field}.mems");
    }

    private static void CheckBlockIo(LinuxBlockIo blockIo, string field)
    {
        CheckWeight(blockIo.Weight, $"{field}.weight");
        CheckWeight(blockIo.LeafWeight, $"{field}.leafWeight");
        for (var i = 0; i < blockIo.WeightDevices.Count; i++)
        {
            CheckWeight(blockIo.WeightDevices[i].Weight, $"{field}.weightDevice[{i}].weight");
            CheckWeight(blockIo.WeightDevices[i].LeafWeight, $"{field}.weightDevice[{i}].leafWeight");
        }
    }

    // 0 is how callers written in Go say "unset".
    private static void CheckWeight(ushort? weight, string field)
    {
        if (weight is not (null or 0 or (>= 10 and <= 1000)))
        {
            throw new SpecException(field, "must be from 10 to 1000");
        }
    }
}
