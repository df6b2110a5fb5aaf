using System.Globalization;
using ShimService.Linux;
using ShimService.Linux.Abi;
using ShimService.Linux.Paths;
using ShimService.Tasks.Errors;
using ShimService.Tasks.Ports;

namespace ShimService.Engine.Launching;

/// <summary>
/// The mounts a Task API caller hands over to make up the rootfs, done in the shim's mount namespace below the bundle.
/// </summary>
internal static class RootfsMounts
{
    /// <summary>Mounts one. Returns its target. Errors: KernelException; TaskException with the field.</summary>
    /// <param name="userNamespace">With the maps of <see cref="RootfsMountOptions.Map"/>, when there are any.</param>
    public static string Mount(
        RootfsMount mount, RootfsMountOptions options, string rootfs, FileDescriptor? userNamespace)
    {
        if (mount.Target.Trim('/').Length == 0)
        {
            Mount(mount, options, rootfs, rootfs, userNamespace);
            return rootfs;
        }

        // Below is what an earlier mount shows, an image's own content: its links must not lead out of the rootfs.
        using var root = RootedDirectory.Open(rootfs);
        using var target = root.Open(mount.Target, OpenFlags.Path, out var errno)
            ?? throw new TaskException(ErrorKind.InvalidArgument, ErrorReason.InvalidArgument,
                $"rootfs.target: \"{mount.Target}\" is not in the rootfs: {errno}")
            {
                Field = "rootfs.target",
            };
        var path = DescriptorPath(target);
        var place = File.ResolveLinkTarget(path, returnFinalTarget: false)!.FullName;
        Mount(mount, options, path, place, userNamespace);
        return place;
    }

    /// <param name="place">The target by a name that leads to what is mounted on it, as a descriptor's does not.</param>
    private static void Mount(
        RootfsMount mount, RootfsMountOptions options, string target, string place, FileDescriptor? userNamespace)
    {
        if (options.IsBind)
        {
            // The kernel takes only MS_REC beside MS_BIND at first (man 2 mount).
            var alone = options.Flags & (MountFlags.Bind | MountFlags.Recursive);
            Mounts.Mount(mount.Source, target, "", alone, "");
            if (options.Flags != alone)
            {
                Mounts.Mount("", place, "", options.Flags | MountFlags.Remount, "");
            }
        }
        else if (mount.Type == "overlay" && userNamespace is not null)
        {
            using var layers = MappedLayers.Of(options.Data, userNamespace);
            MountNew(mount, options, layers.Options, target);
        }
        else
        {
            MountNew(mount, options, options.Data, target);
        }

        if (mount.Type != "overlay" && userNamespace is not null)
        {
            MapIds(place, userNamespace);
        }

        if (options.Propagation != MountFlags.None)
        {
            Mounts.Mount("", place, "", options.Propagation, "");
        }
    }

    private static void MountNew(
        RootfsMount mount, RootfsMountOptions options, IReadOnlyList<string> data, string target)
    {
        using var device = options.IsLoop
            ? LoopDevice.Open(mount.Source, (options.Flags & MountFlags.ReadOnly) != 0)
            : null;
        using var layers = OverlayLayers.Of(mount.Type, data);
        Mounts.Mount(device?.Path ?? mount.Source, target, mount.Type, options.Flags, layers.Data);
    }

    // Only a copy that is attached nowhere takes a mapping: it takes the place of the mount it was made of.
    private static void MapIds(string target, FileDescriptor userNamespace)
    {
        try
        {
            using var tree = MountTree.Copy(target);
            tree.MapIds(userNamespace);
            Mounts.Unmount(target, UnmountFlags.Detach | UnmountFlags.NoFollow);
            tree.Attach(target);
        }
        catch
        {
            Mounts.Unmount(target, UnmountFlags.Detach | UnmountFlags.NoFollow);
            throw;
        }
    }

    internal static string DescriptorPath(FileDescriptor descriptor) =>
        string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{descriptor.Number}");
}
