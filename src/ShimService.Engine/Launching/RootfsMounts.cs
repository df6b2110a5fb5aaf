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
    public static string Mount(RootfsMount mount, string rootfs)
    {
        var options = RootfsMountOptions.Parse(mount);
        if (mount.Target.Trim('/').Length == 0)
        {
            Mount(mount, options, rootfs);
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
        Mount(mount, options, path);
        return place;
    }

    private static void Mount(RootfsMount mount, RootfsMountOptions options, string target)
    {
        if (options.IsBind)
        {
            // The kernel takes only MS_REC beside MS_BIND at first (man 2 mount).
            var alone = options.Flags & (MountFlags.Bind | MountFlags.Recursive);
            Mounts.Mount(mount.Source, target, "", alone, "");
            if (options.Flags != alone)
            {
                Mounts.Mount("", target, "", options.Flags | MountFlags.Remount, "");
            }
        }
        else
        {
            using var layers = OverlayLayers.Of(mount.Type, options.Data);
            Mounts.Mount(mount.Source, target, mount.Type, options.Flags, layers.Data);
        }

        if (options.Propagation != MountFlags.None)
        {
            Mounts.Mount("", target, "", options.Propagation, "");
        }
    }

    internal static string DescriptorPath(FileDescriptor descriptor) =>
        string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{descriptor.Number}");
}
