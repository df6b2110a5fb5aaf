using ShimService.Oci.Build.Rules;

namespace ShimService.Oci.Build;

/// <summary>Where the container's cgroups are: below our own directory, or below the parent of the config.</summary>
internal static class CgroupSection
{
    internal static string Path(ContainerConfig config)
    {
        if (config.CgroupParent.Length == 0)
        {
            return $"/shimservice/{config.Id}";
        }

        if (config.CgroupParent.Split('/').Contains(".."))
        {
            throw new SpecException("config.cgroup_parent", $"\"{config.CgroupParent}\" must not hold \"..\"");
        }

        var parent = TextRules.Clean(config.CgroupParent);
        return parent == "/" ? $"/{config.Id}" : $"{parent}/{config.Id}";
    }
}
