using ShimService.Linux;
using ShimService.Linux.Abi;
using ShimService.Linux.Errors;

namespace ShimService.Daemon.Files;

/// <summary>What one container has on the disk: its task's directory, and its part of the root directory.</summary>
internal static class ContainerStorage
{
    /// <summary>Removes both; what is not there is no error. The container is gone.</summary>
    public static void Remove(StateLayout layout, string id)
    {
        var task = layout.TaskDirectory(id);
        Unmount(Path.Combine(task, SharedMemoryName));
        var subpaths = Path.Combine(task, SubpathsName);
        if (Directory.Exists(subpaths))
        {
            // Before the directory goes: what is seen there is the volumes' own.
            foreach (var mount in Directory.GetDirectories(subpaths))
            {
                Unmount(mount);
            }
        }

        DirectoryTree.Remove(task);

        // Most containers have none, and an exception is dearer than a look.
        var own = layout.ContainerDirectory(id);
        if (Directory.Exists(own))
        {
            DirectoryTree.Remove(own);
        }
    }

    /// <summary>Removes what containers left that no task directory speaks of.</summary>
    public static void RemoveUnknown(StateLayout layout)
    {
        if (!Directory.Exists(layout.Containers))
        {
            return;
        }

        foreach (var directory in Directory.GetDirectories(layout.Containers))
        {
            if (!Directory.Exists(layout.TaskDirectory(Path.GetFileName(directory))))
            {
                DirectoryTree.Remove(directory);
            }
        }
    }

    /// <summary>In a task's directory: where the /dev/shm that it shares with other containers is mounted.</summary>
    public const string SharedMemoryName = "shm";

    /// <summary>In a task's directory: where places inside volumes are mounted, a number each.</summary>
    public const string SubpathsName = "subpaths";

    // Somebody else's look at it (a joined container, a backup) must not keep the container from being deleted.
    private static void Unmount(string target)
    {
        if (!Directory.Exists(target))
        {
            return;
        }

        try
        {
            while (Mounts.Unmount(target, UnmountFlags.NoFollow))
            {
            }
        }
        catch (KernelException error) when (error.Errno == Errno.EBUSY)
        {
            Mounts.Unmount(target, UnmountFlags.Detach | UnmountFlags.NoFollow);
        }
    }
}
