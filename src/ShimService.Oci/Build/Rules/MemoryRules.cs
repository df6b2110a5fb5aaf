namespace ShimService.Oci.Build.Rules;

/// <summary>Memory, swap, reservation, swappiness and the kernel's memory killer.</summary>
internal static class MemoryRules
{
    /// <summary>What a runtime itself needs to get a process going.</summary>
    private const long Least = 6 << 20;

    private const string Field = "config.resources.memory";

    internal static ResourcesConfig Apply(
        ResourcesConfig config, HostAbilities host, RuleOccasion occasion, List<string> warnings)
    {
        // An update can take a limit away.
        if (config.MemoryLimitBytes is not 0 and < Least
            && (config.MemoryLimitBytes != -1 || occasion == RuleOccasion.Create))
        {
            throw new SpecException($"{Field}.limit_bytes", $"must be at least {Least} (6 MiB)");
        }

        config = Limit(config, host, occasion, warnings);
        config = Reservation(config, host, warnings);
        config = Swappiness(config, host, warnings);
        if (config.DisableOomKiller && !host.OomKillDisable)
        {
            warnings.Add("this host cannot disable the memory killer of a cgroup: disable_oom_killer was dropped");
            config = config with { DisableOomKiller = false };
        }

        if (config.DisableOomKiller && config.MemoryLimitBytes == 0)
        {
            warnings.Add("the memory killer is disabled but there is no memory limit: the host can run out of memory");
        }

        return config;
    }

    private static ResourcesConfig Limit(
        ResourcesConfig config, HostAbilities host, RuleOccasion occasion, List<string> warnings)
    {
        if (config.SwapLimitBytes < -1)
        {
            throw new SpecException($"{Field}.swap_limit_bytes", "must be positive, or -1 for no limit");
        }

        if (config.MemoryLimitBytes > 0 && !host.MemoryLimit)
        {
            warnings.Add("this host cannot limit memory: limit_bytes was dropped");
            return config with { MemoryLimitBytes = 0, SwapLimitBytes = -1 };
        }

        if (config.MemoryLimitBytes > 0 && config.SwapLimitBytes != -1 && !host.SwapLimit)
        {
            if (config.SwapLimitBytes > 0)
            {
                warnings.Add("this host does not count swap: memory is limited without it");
            }

            return config with { SwapLimitBytes = -1 };
        }

        if (config.MemoryLimitBytes > 0 && config.SwapLimitBytes > 0
            && config.SwapLimitBytes < config.MemoryLimitBytes)
        {
            throw new SpecException(
                $"{Field}.swap_limit_bytes", "is memory and swap together, so not below limit_bytes");
        }

        if (config.MemoryLimitBytes == 0 && config.SwapLimitBytes > 0 && occasion == RuleOccasion.Create)
        {
            throw new SpecException($"{Field}.swap_limit_bytes", "is memory and swap together: it needs limit_bytes");
        }

        // As much swap again as there is memory. An update leaves what it does not name.
        return config is { MemoryLimitBytes: > 0 and <= long.MaxValue / 2, SwapLimitBytes: 0 }
            && occasion == RuleOccasion.Create
            ? config with { SwapLimitBytes = config.MemoryLimitBytes * 2 }
            : config;
    }

    private static ResourcesConfig Reservation(ResourcesConfig config, HostAbilities host, List<string> warnings)
    {
        if (config.MemoryReservationBytes == 0)
        {
            return config;
        }

        if (config.MemoryReservationBytes < Least)
        {
            throw new SpecException($"{Field}.reservation_bytes", $"must be at least {Least} (6 MiB)");
        }

        if (!host.MemoryReservation)
        {
            warnings.Add("this host cannot reserve memory: reservation_bytes was dropped");
            return config with { MemoryReservationBytes = 0 };
        }

        return config.MemoryLimitBytes > 0 && config.MemoryReservationBytes > config.MemoryLimitBytes
            ? throw new SpecException($"{Field}.reservation_bytes", "must not be above limit_bytes")
            : config;
    }

    private static ResourcesConfig Swappiness(ResourcesConfig config, HostAbilities host, List<string> warnings)
    {
        switch (config.Swappiness)
        {
            case null:
                return config;
            case -1:
                return config with { Swappiness = null };
            case < -1 or > 100:
                throw new SpecException($"{Field}.swappiness", "must be from 0 to 100");
            case not null when !host.MemorySwappiness:
                warnings.Add("this host has no swappiness per cgroup: swappiness was dropped");
                return config with { Swappiness = null };
            default:
                return config;
        }
    }
}
