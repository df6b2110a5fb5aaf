namespace ShimService.EndToEnd.Tests.Harness;

/// <summary>What a container, known by a part of its id or path, has on the host.</summary>
internal static class Traces
{
    /// <summary>
    /// Control groups, mounts, processes, sockets and files that name it; empty when nothing is left.
    /// </summary>
    public static string Of(Shimd daemon, string name)
    {
        var found = new List<string>();
        found.AddRange(Directories("/sys/fs/cgroup", name).Select(path => "cgroup " + path));
        found.AddRange(Entries(daemon.State, name).Select(path => "file " + path));
        foreach (string process in Directory.GetDirectories("/proc").Where(path => char.IsDigit(path[6])))
        {
            if (Read(process + "/cmdline").Contains(name, StringComparison.Ordinal))
            {
                found.Add("process " + process[6..] + " " + Read(process + "/cmdline").Replace('\0', ' '));
            }

            if (Read(process + "/cgroup").Contains(name, StringComparison.Ordinal))
            {
                found.Add("process " + process[6..] + " in its cgroup");
            }
        }

        found.AddRange(Read("/proc/self/mountinfo").Split('\n')
            .Where(line => line.Contains(name, StringComparison.Ordinal)).Select(line => "mount " + line));
        found.AddRange(Read("/proc/net/unix").Split('\n')
            .Where(line => line.Contains(name, StringComparison.Ordinal)).Select(line => "socket " + line));
        return string.Join('\n', found);
    }

    private static IEnumerable<string> Directories(string root, string name) =>
        Directory.EnumerateDirectories(root, "*" + name + "*", Deep());

    private static IEnumerable<string> Entries(string root, string name) =>
        Directory.EnumerateFileSystemEntries(root, "*" + name + "*", Deep());

    private static EnumerationOptions Deep() => new()
    {
        RecurseSubdirectories = true, IgnoreInaccessible = true, AttributesToSkip = FileAttributes.ReparsePoint,
    };

    private static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The process has just ended.
            return "";
        }
    }
}
