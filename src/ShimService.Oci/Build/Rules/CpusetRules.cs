using ShimService.Oci.Validation;

namespace ShimService.Oci.Build.Rules;

/// <summary>Lists of CPUs and memory nodes: well-formed, and of what there is.</summary>
internal static class CpusetRules
{
    private const string Field = "config.resources.cpu";

    internal static ResourcesConfig Apply(ResourcesConfig config, HostAbilities host, List<string> warnings)
    {
        if (config.CpusetCpus.Length + config.CpusetMems.Length == 0)
        {
            return config;
        }

        CpuListRules.Check(config.CpusetCpus, $"{Field}.cpuset_cpus");
        CpuListRules.Check(config.CpusetMems, $"{Field}.cpuset_mems");
        if (!host.Cpuset)
        {
            warnings.Add("this host has no CPU sets: cpuset_cpus and cpuset_mems were dropped");
            return config with { CpusetCpus = "", CpusetMems = "" };
        }

        CheckAvailable(config.CpusetCpus, host.Cpus, $"{Field}.cpuset_cpus", "CPUs");
        CheckAvailable(config.CpusetMems, host.MemoryNodes, $"{Field}.cpuset_mems", "memory nodes");
        return config;
    }

    private static void CheckAvailable(string asked, string available, string field, string what)
    {
        if (asked.Length > 0 && available.Length > 0 && !CpuList.Parse(asked).IsSubsetOf(CpuList.Parse(available)))
        {
            throw new SpecException(field, $"asks for {what} {asked}; available are {available}");
        }
    }
}
