namespace ShimService.Engine.Tests.Support;

/// <summary>What a container may have left on the host.</summary>
internal static class Host
{
    private const string CgroupMounts = "/sys/fs/cgroup";

    /// <summary>Cgroup directories of this name, in the unified hierarchy or in any of version 1.</summary>
    public static IReadOnlyList<string> Cgroups(string id) =>
        [.. Directory.GetDirectories(CgroupMounts).Append(CgroupMounts)
            .Select(hierarchy => Path.Join(hierarchy, "shimservice", id)).Where(Directory.Exists)];

    public static bool IsAlive(int pid) => Directory.Exists($"/proc/{pid}");
}
