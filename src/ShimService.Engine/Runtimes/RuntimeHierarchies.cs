using ShimService.Linux;
using ShimService.Linux.Cgroups;

namespace ShimService.Engine.Runtimes;

/// <summary>
/// A container's cgroup directories beside those that are our own to make: a runtime joins every hierarchy, named ones
/// too, makes the parents and leaves them. They are made before it looks, so that nobody takes an empty parent away
/// meanwhile, and removed after it; the parents too that nobody lives in and that were not there. Any thread.
/// </summary>
internal static class RuntimeHierarchies
{
    private static readonly Lock Gate = new();
    private static readonly HashSet<string> Absent = [];

    /// <summary>What cannot be made here is the runtime's to tell.</summary>
    public static void Prepare(CgroupPath path)
    {
        var mounts = Mounts(out var legacy);
        lock (Gate)
        {
            foreach (var (mount, isUnified) in mounts)
            {
                var directory = mount;
                foreach (var part in path.Parent.Split('/', StringSplitOptions.RemoveEmptyEntries))
                {
                    directory = $"{directory}/{part}";
                    if (!Directory.Exists(directory))
                    {
                        Absent.Add(directory);
                    }
                }

                // A runtime that does not see cgroup2 beside v1 would leave it empty, and it is where we would look.
                if (!isUnified || !legacy)
                {
                    Try(() => Directory.CreateDirectory(mount + path.Value));
                }
            }
        }
    }

    /// <summary>Of a container whose processes have gone. Can be called again.</summary>
    public static void Remove(CgroupPath path)
    {
        lock (Gate)
        {
            foreach (var (mount, _) in Mounts(out _))
            {
                Try(() => Directory.Delete(mount + path.Value));
                for (var parent = path.Parent; parent != "/"; parent = parent[..Math.Max(parent.LastIndexOf('/'), 0)])
                {
                    var directory = mount + parent;
                    if (parent.Length == 0 || (parent != CgroupPath.DefaultParent && !Absent.Contains(directory)))
                    {
                        break;
                    }

                    Try(() => Directory.Delete(directory));
                    if (!Directory.Exists(directory))
                    {
                        Absent.Remove(directory);
                    }
                }
            }
        }
    }

    private static List<(string Mount, bool IsUnified)> Mounts(out bool legacy)
    {
        var found = new List<(string, bool)>();
        legacy = false;
        foreach (var mount in MountInfo.Parse(Files.ReadText("/proc/self/mountinfo")))
        {
            if (mount.Filesystem is "cgroup" or "cgroup2")
            {
                found.Add((mount.Target, mount.Filesystem == "cgroup2"));
                legacy |= mount.Filesystem == "cgroup";
            }
        }

        return found;
    }

    // Somebody lives there, or it has gone: both are fine.
    private static void Try(Action step)
    {
        try
        {
            step();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
        }
    }
}
