using ShimService.Linux;

namespace ShimService.Daemon.Host;

/// <summary>The device nodes below a directory of the host.</summary>
internal static class DeviceTree
{
    // What every container has of its own.
    private static readonly string[] PassedOver =
        ["pts", "shm", "fd", "mqueue", ".lxc", ".lxd-mounts", ".udev", "console"];

    /// <summary>Links are not followed: what they lead to is found where it is. In order of path.</summary>
    public static IReadOnlyList<string> Below(string directory)
    {
        var found = new List<string>();
        Collect(directory, found);
        found.Sort(StringComparer.Ordinal);
        return found;
    }

    private static void Collect(string directory, List<string> found)
    {
        try
        {
            foreach (var entry in new DirectoryInfo(directory).EnumerateFileSystemInfos())
            {
                if (entry.LinkTarget is not null || PassedOver.Contains(entry.Name))
                {
                    continue;
                }

                if (entry is DirectoryInfo)
                {
                    Collect(entry.FullName, found);
                }
                else if (DeviceNode.Find(entry.FullName) is not null)
                {
                    found.Add(entry.FullName);
                }
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // A directory that goes or cannot be read holds nothing for us.
        }
    }
}
