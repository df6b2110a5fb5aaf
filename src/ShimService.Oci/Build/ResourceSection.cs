using ShimService.Oci.Model;

namespace ShimService.Oci.Build;

/// <summary>Limits, and Docker's device rules with the config's devices behind them.</summary>
internal static class ResourceSection
{
    private const ulong DefaultPeriod = 100_000;

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
        Limits(config.Resources, host) with { Devices = Devices(config.Devices, host) };

    internal static LinuxResources Limits(ResourcesConfig resources, IBuildHost host) =>
        new()
        {
            Memory = Memory(resources, host),
            Cpu = Cpu(resources),
            Pids = resources.PidsLimit is { } pids ? new LinuxPids(pids) : null,
            BlockIo = BlockIo(resources, host),
        };

    private static List<LinuxDeviceRule> Devices(IReadOnlyList<DeviceConfig> devices, IBuildHost host)
    {
        var rules = new List<LinuxDeviceRule>(DefaultDevices);
        for (var i = 0; i < devices.Count; i++)
        {
            var found = DeviceSection.Find(devices[i].Path, $"config.devices[{i}].path", host);
            var access = devices[i].Access.Length > 0 ? devices[i].Access : "rwm";
            rules.Add(new LinuxDeviceRule(true, found.Kind, found.Major, found.Minor, access));
        }

        return rules;
    }

    private static LinuxMemory? Memory(ResourcesConfig config, IBuildHost host)
    {
        const string field = "config.resources.memory.swap_limit_bytes";
        if (config.SwapLimitBytes > 0 && config.MemoryLimitBytes <= 0)
        {
            throw new SpecException(field, "is memory and swap together: it needs limit_bytes");
        }

        if (config.SwapLimitBytes > 0 && config.SwapLimitBytes < config.MemoryLimitBytes)
        {
            throw new SpecException(field, "is memory and swap together, so not below limit_bytes");
        }

        // Docker's rule: as much swap again as there is memory, unless said otherwise.
        var swap = config.SwapLimitBytes != 0 ? config.SwapLimitBytes
            : config.MemoryLimitBytes is > 0 and <= long.MaxValue / 2 && host.CountsSwap ? config.MemoryLimitBytes * 2
            : (long?)null;
        var memory = new LinuxMemory
        {
            Limit = config.MemoryLimitBytes != 0 ? config.MemoryLimitBytes : null,
            Swap = swap,
            Reservation = config.MemoryReservationBytes != 0 ? config.MemoryReservationBytes : null,
            Swappiness = config.Swappiness,
            DisableOomKiller = config.DisableOomKiller ? true : null,
        };
        return memory == new LinuxMemory() ? null : memory;
    }

    private static LinuxCpu? Cpu(ResourcesConfig config)
    {
        long? quota = config.CpuQuotaMicroseconds != 0 ? config.CpuQuotaMicroseconds : null;
        ulong? period = config.CpuPeriodMicroseconds != 0 ? config.CpuPeriodMicroseconds : null;
        if (period is < 1000 or > 1_000_000)
        {
            throw new SpecException("config.resources.cpu.period_microseconds", "must be from 1000 to 1000000");
        }

        if (quota is >= 0 and < 1000)
        {
            throw new SpecException("config.resources.cpu.quota_microseconds", "must be at least 1000");
        }

        if (config.Cpus != 0)
        {
            const string field = "config.resources.cpu.cpus";
            if (quota is not null || period is not null)
            {
                throw new SpecException(field, "does not go with quota_microseconds and period_microseconds");
            }

            // The least the kernel can do is a quota of 1 ms in a period of 100 ms.
            if (config.Cpus is not (>= 0.01 and <= 100_000))
            {
                throw new SpecException(field, "must be at least 0.01");
            }

            quota = (long)(config.Cpus * DefaultPeriod);
            period = DefaultPeriod;
        }

        var cpu = new LinuxCpu
        {
            Shares = config.CpuShares != 0 ? config.CpuShares : null,
            Quota = quota,
            Period = period,
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
            ThrottleReadBps = Throttles(config.ThrottleReadBytes, $"{field}.throttle_read_bytes_per_second", host),
            ThrottleWriteBps = Throttles(config.ThrottleWriteBytes, $"{field}.throttle_write_bytes_per_second", host),
            ThrottleReadIops = Throttles(
                config.ThrottleReadOperations, $"{field}.throttle_read_operations_per_second", host),
            ThrottleWriteIops = Throttles(
                config.ThrottleWriteOperations, $"{field}.throttle_write_operations_per_second", host),
        };
        return blockIo.Weight is null && blockIo.ThrottleReadBps.Count + blockIo.ThrottleWriteBps.Count
            + blockIo.ThrottleReadIops.Count + blockIo.ThrottleWriteIops.Count == 0 ? null : blockIo;
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
