namespace ShimService.Oci.Build.Rules;

/// <summary>What an update may not do to limits that are set already.</summary>
public static class UpdateRules
{
    /// <summary>The change with what was dropped. Errors: <see cref="SpecException"/>.</summary>
    /// <param name="current">What the container was made with and updated to; null when nobody remembers.</param>
    public static ResourcesConfig Apply(
        ResourcesConfig? current, ResourcesConfig change, HostAbilities host, List<string> warnings)
    {
        if (current is not null)
        {
            CheckBandwidth(current, change);
            CheckSwap(current, change);
        }

        change = MemoryRules.Apply(change, host, RuleOccasion.Update, warnings);
        return ResourceRules.Rest(change, host, warnings);
    }

    /// <summary>What is remembered after an update: what it named, over what was there.</summary>
    public static ResourcesConfig Merge(ResourcesConfig current, ResourcesConfig change) => current with
    {
        MemoryLimitBytes = Or(change.MemoryLimitBytes, current.MemoryLimitBytes),
        SwapLimitBytes = Or(change.SwapLimitBytes, current.SwapLimitBytes),
        MemoryReservationBytes = Or(change.MemoryReservationBytes, current.MemoryReservationBytes),
        CpuShares = Or(change.CpuShares, current.CpuShares),
        CpuQuotaMicroseconds = Or(change.CpuQuotaMicroseconds, current.CpuQuotaMicroseconds),
        CpuPeriodMicroseconds =
            change.CpuPeriodMicroseconds != 0 ? change.CpuPeriodMicroseconds : current.CpuPeriodMicroseconds,
        NanoCpus = Or(change.NanoCpus, current.NanoCpus),
        Cpus = change.Cpus != 0 ? change.Cpus : current.Cpus,
    };

    private static long Or(long value, long otherwise) => value != 0 ? value : otherwise;

    private static void CheckBandwidth(ResourcesConfig current, ResourcesConfig change)
    {
        const string field = "config.resources.cpu";
        var isWhole = current.NanoCpus != 0 || current.Cpus != 0;
        var isParts = current.CpuQuotaMicroseconds != 0 || current.CpuPeriodMicroseconds != 0;
        if ((change.NanoCpus != 0 || change.Cpus != 0) && isParts)
        {
            throw new SpecException($"{field}.cpus", "cannot be changed: quota or period is set already; change those");
        }

        if ((change.CpuQuotaMicroseconds != 0 || change.CpuPeriodMicroseconds != 0) && isWhole)
        {
            throw new SpecException(
                $"{field}.quota_microseconds", "and the period cannot be changed: cpus is set already; change that");
        }
    }

    private static void CheckSwap(ResourcesConfig current, ResourcesConfig change)
    {
        var swap = current.SwapLimitBytes != 0 ? current.SwapLimitBytes : current.MemoryLimitBytes * 2;
        if (change.MemoryLimitBytes > 0 && change.SwapLimitBytes == 0 && swap > 0 && change.MemoryLimitBytes > swap)
        {
            throw new SpecException("config.resources.memory.limit_bytes",
                $"is above the swap limit in force, {swap}; give swap_limit_bytes with it");
        }

        if (change.SwapLimitBytes > 0 && change.MemoryLimitBytes == 0
            && current.MemoryLimitBytes > change.SwapLimitBytes)
        {
            throw new SpecException("config.resources.memory.swap_limit_bytes",
                $"is memory and swap together, so not below the limit in force, {current.MemoryLimitBytes}");
        }
    }
}
