using ShimService.Oci.Model;

namespace ShimService.Oci.Build;

/// <summary>Limits, and Docker's device rules with the config's devices behind them.</summary>
internal static class ResourceSection
{
    // Docker's list; the engine adds what every container needs (pseudo terminals, mknod).
    private static readonly LinuxDeviceRule[] DefaultDevices =
    [
        new(false, DeviceKind.All, null, null, "rwm"),
        new(true, DeviceKind.Character, 1, 5, "rwm"),
        new(true, DeviceKind.Character, 1, 3, "rwm"),
        new(true, DeviceKind.Character, 1, 9, "rwm"),
        new(true, DeviceKind.Character, 1, 8, "rwm"),
        new(true, DeviceKind.Character, 5, 0, "rwm"),
        new(true, DeviceKind.Character, 5, 1, "rwm"),
        new(false, DeviceKind.Character, 10, 229, "rwm"),
    ];

    internal static LinuxResources Build(ContainerConfig config, IBuildHost host) =>
        Limits(config.Resources, host) with { Devices = Devices(config, host) };

    /// <summary>Of limits that the rules have been over.</summary>
    internal static LinuxResources Limits(ResourcesConfig resources, IBuildHost host) =>
        new()
        {
            Memory = Memory(resources, host.Abilities),
            Cpu = Cpu(resources),
            Pids = resources.PidsLimit is { } pids ? new LinuxPids(pids) : null,
            BlockIo = BlockIo(resources, host),
        };

    private static List<LinuxDeviceRule> Devices(ContainerConfig config, IBuildHost host)
    {
        if (config.Security.Privileged)
        {
            return [new LinuxDeviceRule(true, DeviceKind.All, null, null, "rwm")];
        }

        var rules = new List<LinuxDeviceRule>(DefaultDevices);
        for (var i = 0; i < config.Devices.Count; i++)
        {
            var access = config.Devices[i].Access.Length > 0 ? config.Devices[i].Access : "rwm";
            foreach (var (_, found) in DeviceSection.Expand(config.Devices[i], $"config.devices[{i}].path", host))
            {
                rules.Add(new LinuxDeviceRule(true, found.Kind, found.Major, found.Minor, access));
            }
        }

        for (var i = 0; i < config.DeviceRules.Count; i++)
        {
            rules.Add(DeviceRuleSection.Parse(config.DeviceRules[i], $"config.device_cgroup_rules[{i}]"));
        }

        return rules;
    }

    private static LinuxMemory? Memory(ResourcesConfig config, HostAbilities host)
    {
        var memory = new LinuxMemory
        {
            Limit = config.MemoryLimitBytes != 0 ? config.MemoryLimitBytes : null,
            // Not even "no limit" can be written where swap is not counted.
            Swap = config.SwapLimitBytes != 0 && host.SwapLimit && host.MemoryLimit ? config.SwapLimitBytes : null,
            Reservation = config.MemoryReservationBytes != 0 ? config.MemoryReservationBytes : null,
            Swappiness = (ulong?)config.Swappiness,
            DisableOomKiller = config.DisableOomKiller ? true : null,
        };
        return memory == new LinuxMemory() ? null : memory;
    }

    private static LinuxCpu? Cpu(ResourcesConfig config)
    {
        var cpu = new LinuxCpu
        {
            Shares = config.CpuShares > 0 ? (ulong)config.CpuShares : null,
            Quota = config.CpuQuotaMicroseconds != 0 ? config.CpuQuotaMicroseconds : null,
            Period = config.CpuPeriodMicroseconds != 0 ? config.CpuPeriodMicroseconds : null,
            RealtimePeriod = config.RealtimePeriodMicroseconds > 0 ? (ulong)config.RealtimePeriodMicroseconds : null,
            RealtimeRuntime = config.RealtimeRuntimeMicroseconds > 0 ? config.RealtimeRuntimeMicroseconds : null,
            Cpus = config.CpusetCpus,
            Mems = config.CpusetMems,
        };
        return cpu == new LinuxCpu() ? null : cpu;
    }

    private static LinuxBlockIo? BlockIo(ResourcesConfig config, IBuildHost host)
    {
        const string field = "config.resources.block_io";
        var blockIo = new LinuxBlockIo
        {
            Weight = config.BlockIoWeight != 0 ? config.BlockIoWeight : null,
            WeightDevices = Weights(config.WeightDevices, $"{field}.weight_devices", host),
            ThrottleReadBps = Throttles(config.ThrottleReadBytes, $"{field}.throttle_read_bytes_per_second", host),
            ThrottleWriteBps = Throttles(config.ThrottleWriteBytes, $"{field}.throttle_write_bytes_per_second", host),
            ThrottleReadIops = Throttles(
                config.ThrottleReadOperations, $"{field}.throttle_read_operations_per_second", host),
            ThrottleWriteIops = Throttles(
                config.ThrottleWriteOperations, $"{field}.throttle_write_operations_per_second", host),
        };
        var entries = blockIo.WeightDevices.Count + blockIo.ThrottleReadBps.Count + blockIo.ThrottleWriteBps.Count
            + blockIo.ThrottleReadIops.Count + blockIo.ThrottleWriteIops.Count;
        return blockIo.Weight is null && entries == 0 ? null : blockIo;
    }

    private static List<LinuxWeightDevice> Weights(
        IReadOnlyList<WeightConfig> weights, string field, IBuildHost host)
    {
        var list = new List<LinuxWeightDevice>(weights.Count);
        for (var i = 0; i < weights.Count; i++)
        {
            var found = DeviceSection.Find(weights[i].Path, $"{field}[{i}].path", host);
            list.Add(found.Kind == DeviceKind.Block
                ? new LinuxWeightDevice(found.Major, found.Minor, weights[i].Weight, null)
                : throw new SpecException($"{field}[{i}].path", $"{weights[i].Path} is not a block device"));
        }

        return list;
    }

    private static List<LinuxThrottleDevice> Throttles(
        IReadOnlyList<ThrottleConfig> throttles, string field, IBuildHost host)
    {
        var list = new List<LinuxThrottleDevice>(throttles.Count);
        for (var i = 0; i < throttles.Count; i++)
        {
            var found = DeviceSection.Find(throttles[i].Path, $"{field}[{i}].path", host);
            list.Add(found.Kind == DeviceKind.Block
                ? new LinuxThrottleDevice(found.Major, found.Minor, throttles[i].Rate)
                : throw new SpecException($"{field}[{i}].path", $"{throttles[i].Path} is not a block device"));
        }

        return list;
    }
}
