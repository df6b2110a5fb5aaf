namespace ShimService.Oci.Build.Rules;

/// <summary>The rules for limits, of a new container; of a running one see <see cref="UpdateRules"/>.</summary>
public static class ResourceRules
{
    public static ResourcesConfig Apply(ResourcesConfig config, HostAbilities host, List<string> warnings)
    {
        config = MemoryRules.Apply(config, host, RuleOccasion.Create, warnings);
        return Rest(config, host, warnings);
    }

    internal static ResourcesConfig Rest(ResourcesConfig config, HostAbilities host, List<string> warnings)
    {
        config = CpuRules.Apply(config, host, warnings);
        config = CpusetRules.Apply(config, host, warnings);
        config = BlockIoRules.Apply(config, host, warnings);
        return Pids(config, host, warnings);
    }

    private static ResourcesConfig Pids(ResourcesConfig config, HostAbilities host, List<string> warnings)
    {
        if (config.PidsLimit is not { } limit)
        {
            return config;
        }

        if (!host.PidsLimit)
        {
            warnings.Add("this host cannot limit the number of processes: pids.limit was dropped");
            return config with { PidsLimit = null };
        }

        return limit <= 0 ? config with { PidsLimit = -1 } : config;
    }
}
