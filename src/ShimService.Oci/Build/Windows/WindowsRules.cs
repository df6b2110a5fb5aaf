namespace ShimService.Oci.Build.Windows;

/// <summary>
/// What a container of Windows can be limited to: of several ways to limit its CPUs only the first counts.
/// </summary>
internal static class WindowsRules
{
    private const string Field = "config.resources";

    internal static ResourcesConfig Apply(ResourcesConfig config, WindowsIsolation isolation, List<string> warnings)
    {
        RefuseLinux(config);
        if (config.CpuShares is < 0 or > 10000)
        {
            throw new SpecException($"{Field}.cpu.shares", "must be from 0 to 10000");
        }

        if (config.CpuPercent is < 0 or > 100)
        {
            throw new SpecException($"{Field}.cpu.percent", "must be from 0 to 100");
        }

        if (config.NanoCpus != 0 && (config.CpuCount != 0 || config.CpuPercent != 0))
        {
            throw new SpecException($"{Field}.cpu.nano_cpus", "does not go with count or percent");
        }

        if (isolation == WindowsIsolation.HyperV)
        {
            return config;
        }

        if (config.CpuCount > 0 && (config.CpuShares > 0 || config.CpuPercent > 0))
        {
            warnings.Add("of cpu count, shares and percent only one counts: shares and percent were dropped");
            return config with { CpuShares = 0, CpuPercent = 0 };
        }

        if (config.CpuShares > 0 && config.CpuPercent > 0)
        {
            warnings.Add("of cpu shares and percent only one counts: percent was dropped");
            return config with { CpuPercent = 0 };
        }

        return config;
    }

    private static void RefuseLinux(ResourcesConfig config)
    {
        Refuse(config.CpuPeriodMicroseconds != 0, "cpu.period_microseconds");
        Refuse(config.CpuQuotaMicroseconds != 0, "cpu.quota_microseconds");
        Refuse(config.RealtimePeriodMicroseconds != 0, "cpu.realtime_period_microseconds");
        Refuse(config.RealtimeRuntimeMicroseconds != 0, "cpu.realtime_runtime_microseconds");
        Refuse(config.CpusetCpus.Length > 0, "cpu.cpuset_cpus");
        Refuse(config.CpusetMems.Length > 0, "cpu.cpuset_mems");
        Refuse(config.SwapLimitBytes != 0, "memory.swap_limit_bytes");
        Refuse(config.Swappiness is not null and not -1, "memory.swappiness");
        Refuse(config.DisableOomKiller, "memory.disable_oom_killer");
        Refuse(config.MemoryReservationBytes != 0, "memory.reservation_bytes");
        Refuse(config.PidsLimit is not null, "pids.limit");
        Refuse(config.BlockIoWeight != 0, "block_io.weight");
        Refuse(config.WeightDevices.Count > 0, "block_io.weight_devices");
        Refuse(config.ThrottleReadBytes.Count > 0, "block_io.throttle_read_bytes_per_second");
        Refuse(config.ThrottleWriteBytes.Count > 0, "block_io.throttle_write_bytes_per_second");
        Refuse(config.ThrottleReadOperations.Count > 0, "block_io.throttle_read_operations_per_second");
        Refuse(config.ThrottleWriteOperations.Count > 0, "block_io.throttle_write_operations_per_second");
    }

    private static void Refuse(bool isSet, string name)
    {
        if (isSet)
        {
            throw new SpecException($"{Field}.{name}", "is not there on Windows");
        }
    }
}
