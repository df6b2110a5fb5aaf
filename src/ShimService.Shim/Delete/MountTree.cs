using ShimService.Linux;
using ShimService.Linux.Abi;

namespace ShimService.Shim.Delete;

/// <summary>Everything that is mounted at and below a directory.</summary>
internal static class MountTree
{
    /// <summary>The deepest and newest first, so that each can go.</summary>
    public static void Detach(string directory)
    {
        var targets = Find(Files.ReadText("/proc/self/mountinfo"), directory);
        for (var index = targets.Count - 1; index >= 0; index--)
        {
            Mounts.Unmount(targets[index], UnmountFlags.Detach | UnmountFlags.NoFollow);
        }
    }

    /// <summary>In the order they were mounted.</summary>
    public static IReadOnlyList<string> Find(string mountInfo, string directory)
    {
        var found = new List<string>();
        foreach (var mount in MountInfo.Parse(mountInfo))
        {
            if (mount.IsWithin(directory))
            {
                found.Add(mount.Target);
            }
        }

        return found;
    }
}
