using ShimService.Engine.Launching;
using ShimService.Engine.Undo;
using ShimService.Linux;
using ShimService.Linux.Abi;
using ShimService.Tasks.Errors;
using ShimService.Tasks.Ports;

namespace ShimService.Engine.Containers;

/// <summary>The mounts of a request that make up the rootfs.</summary>
internal static class MountedRootfs
{
    /// <summary>Does them all, and writes down how to take them back. Errors: KernelException; TaskException.</summary>
    /// <param name="parts">The engine's.</param>
    /// <param name="request">Whose.</param>
    /// <param name="mounted">Gets the targets, in order.</param>
    /// <param name="undo">Gets an unmount for each.</param>
    /// <param name="step">Told before each.</param>
    /// <param name="abort">Ends it.</param>
    public static async ValueTask MountAsync(
        EngineParts parts, ContainerRequest request, List<string> mounted, UndoStack undo, Action<string> step,
        CancellationToken abort)
    {
        if (request.Rootfs.Count == 0)
        {
            return;
        }

        var rootfs = Path.GetFullPath(Path.Join(request.Bundle, "rootfs"));
        MakeMountPoint(rootfs);
        foreach (var mount in request.Rootfs)
        {
            step($"mount {mount.Type} {mount.Source} on the rootfs");
            var options = RootfsMountOptions.Parse(mount);
            using var userNamespace = options.Map is { } map
                ? await MappingNamespace.MakeAsync(parts, map, abort)
                : null;
            var target = RootfsMounts.Mount(mount, options, rootfs, userNamespace);
            mounted.Add(target);
            undo.Push($"mount {target}", () =>
            {
                _ = Mounts.Unmount(target, UnmountFlags.Detach | UnmountFlags.NoFollow);
                return ValueTask.CompletedTask;
            });
        }
    }

    /// <summary>The last first; what could not be unmounted is still listed. Errors: KernelException.</summary>
    public static void Unmount(List<string> mounted, Action<string> step)
    {
        while (mounted.Count > 0)
        {
            step($"unmount {mounted[^1]}");
            _ = Mounts.Unmount(mounted[^1], UnmountFlags.Detach | UnmountFlags.NoFollow);
            mounted.RemoveAt(mounted.Count - 1);
        }
    }

    private static void MakeMountPoint(string rootfs)
    {
        try
        {
            Directory.CreateDirectory(rootfs);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new TaskException(
                ErrorKind.FailedPrecondition,
                ErrorReason.LaunchFailed,
                $"make {rootfs}: {exception.Message} — the rootfs mounts of the request go there: let the bundle have "
                + "a directory of that name, or be writable",
                exception)
            {
                Step = $"make {rootfs}",
            };
        }
    }
}
