using System.Globalization;

namespace ShimService.Oci.Build.Rules;

/// <summary>CPU shares, bandwidth by quota, by CPUs and by billionths of CPUs, and real time.</summary>
internal static class CpuRules
{
    private const string Field = "config.resources.cpu";

    private const ulong DefaultPeriod = 100_000;

    private const long Billion = 1_000_000_000;

    internal static ResourcesConfig Apply(ResourcesConfig config, HostAbilities host, List<string> warnings)
    {
        if (config.CpuPercent > 0 || config.CpuCount > 0)
        {
            warnings.Add("cpu percent and count are for Windows: they were dropped");
            config = config with { CpuPercent = 0, CpuCount = 0 };
        }

        if (config.CpuShares < 0)
        {
            throw new SpecException($"{Field}.shares", "must not be negative");
        }

        if (config.CpuShares > 0 && !host.CpuShares)
        {
            warnings.Add("this host has no CPU shares: shares was dropped");
            config = config with { CpuShares = 0 };
        }

        RealTime(config, host);
        return Bandwidth(Whole(config, host), host, warnings);
    }

    // cpus and nano_cpus are two spellings of a quota in a period of 100 ms.
    private static ResourcesConfig Whole(ResourcesConfig config, HostAbilities host)
    {
        if (config.Cpus == 0 && config.NanoCpus == 0)
        {
            return config;
        }

        var field = config.Cpus != 0 ? $"{Field}.cpus" : $"{Field}.nano_cpus";
        if (config.Cpus != 0 && config.NanoCpus != 0)
        {
            throw new SpecException(field, "does not go with nano_cpus: it says the same");
        }

        if (config.CpuQuotaMicroseconds != 0 || config.CpuPeriodMicroseconds != 0)
        {
            throw new SpecException(field, "does not go with quota_microseconds and period_microseconds");
        }

        // The least the kernel can do is a quota of 1 ms in a period of 100 ms. Not-a-number is neither.
        if (config.Cpus != 0 && config.Cpus is not (>= 0.01 and <= 100_000))
        {
            throw new SpecException(field, "must be at least 0.01");
        }

        var nano = config.Cpus != 0 ? (decimal)config.Cpus * Billion : config.NanoCpus;
        if (nano < 0 || nano > (decimal)host.CpuCount * Billion)
        {
            var most = host.CpuCount.ToString(CultureInfo.InvariantCulture);
            throw new SpecException(field, $"must be from 0.01 to {most}, the CPUs there are");
        }

        if (!host.CpuQuota)
        {
            throw new SpecException(field, "cannot be set: this host cannot limit CPU time");
        }

        return config with
        {
            Cpus = 0,
            NanoCpus = 0,
            CpuPeriodMicroseconds = DefaultPeriod,
            CpuQuotaMicroseconds = (long)(nano * DefaultPeriod / Billion),
        };
    }

    private static ResourcesConfig Bandwidth(ResourcesConfig config, HostAbilities host, List<string> warnings)
    {
        if ((config.CpuQuotaMicroseconds != 0 || config.CpuPeriodMicroseconds != 0) && !host.CpuQuota)
        {
            warnings.Add("this host cannot limit CPU time: quota_microseconds and period_microseconds were dropped");
            return config with { CpuQuotaMicroseconds = 0, CpuPeriodMicroseconds = 0 };
        }

        if (config.CpuPeriodMicroseconds is not 0 and (< 1000 or > 1_000_000))
        {
            throw new SpecException($"{Field}.period_microseconds", "must be from 1000 to 1000000");
        }

        return config.CpuQuotaMicroseconds is not (0 or -1) and < 1000
            ? throw new SpecException($"{Field}.quota_microseconds", "must be at least 1000, or -1 for no limit")
            : config;
    }

    private static void RealTime(ResourcesConfig config, HostAbilities host)
    {
        if (config.RealtimePeriodMicroseconds == 0 && config.RealtimeRuntimeMicroseconds == 0)
        {
            return;
        }

        if (!host.CpuRealtime)
        {
            throw new SpecException($"{Field}.realtime_period_microseconds", "cannot be set: it needs cgroup v1 and a "
                + "kernel with real-time group scheduling");
        }

        if (config.RealtimePeriodMicroseconds < 0 || config.RealtimeRuntimeMicroseconds < 0)
        {
            throw new SpecException(
                $"{Field}.realtime_period_microseconds", "and realtime_runtime_microseconds must not be negative");
        }

        if (config.RealtimePeriodMicroseconds != 0
            && config.RealtimeRuntimeMicroseconds > config.RealtimePeriodMicroseconds)
        {
            throw new SpecException(
                $"{Field}.realtime_runtime_microseconds", "must not be above realtime_period_microseconds");
        }
    }
}
