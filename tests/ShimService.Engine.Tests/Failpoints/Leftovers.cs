using ShimService.Engine.Tests.Support;

namespace ShimService.Engine.Tests.Failpoints;

/// <summary>
/// What this process and its containers have on the host: the same before and after means nothing was left.
/// </summary>
internal sealed record Leftovers(string Mounts, string Children, IReadOnlyList<string> Descriptors)
{
    public static Leftovers Now() => new(
        string.Join('\n', File.ReadAllLines("/proc/self/mountinfo")
            .Where(line => line.Contains("/shimservice-real-", StringComparison.Ordinal))),
        string.Join(' ', Directory.GetDirectories("/proc/self/task")
            .Select(task => Read(Path.Join(task, "children")).Trim()).Where(line => line.Length > 0)),
        [.. Directory.GetFileSystemEntries("/proc/self/fd").Select(Target)
            // The runtime opens these in its own time.
            .Where(target => !target.EndsWith(".dll", StringComparison.Ordinal)).Order(StringComparer.Ordinal)]);

    public void AssertNoDescriptorIsLeft()
    {
        var now = Now().Descriptors;
        Assert.True(now.Count <= Descriptors.Count,
            $"{Descriptors.Count} descriptors before, {now.Count} after: {string.Join(", ", now)}");
    }

    public void AssertNothingIsLeft(string step, string id)
    {
        var now = Now();
        Assert.True(Host.Cgroups(id).Count == 0, $"{step}: {string.Join(", ", Host.Cgroups(id))} was left");
        Assert.True(now.Mounts == Mounts, $"{step}: mounts were left: {now.Mounts}");
        Assert.True(now.Children == Children, $"{step}: processes were left: {now.Children}");
    }

    private static string Target(string descriptor)
    {
        try
        {
            return new FileInfo(descriptor).LinkTarget ?? "";
        }
        catch (IOException)
        {
            return "";
        }
    }

    // A thread may end while it is looked at.
    private static string Read(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (IOException)
        {
            return "";
        }
    }
}
