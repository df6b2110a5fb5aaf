namespace ShimService.Engine.Tests.Support;

/// <summary>What a container may have left on the host.</summary>
internal static class Host
{
    /// <summary>Cgroup directories of this name, in any hierarchy.</summary>
    public static IReadOnlyList<string> Cgroups(string id) =>
        [.. Directory.GetDirectories("/sys/fs/cgroup")
            .Select(hierarchy => Path.Join(hierarchy, "shimservice", id)).Where(Directory.Exists)];

    public static bool IsAlive(int pid) => Directory.Exists($"/proc/{pid}");
}
