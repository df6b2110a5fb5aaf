using System.Text;
using ShimService.Linux;
using ShimService.Linux.Abi;
using ShimService.Tasks.Errors;
using ShimService.Tasks.Ports;

namespace ShimService.Engine.Launching;

/// <summary>
/// The mounts a Task API caller hands over to make up the rootfs, done in the shim's mount namespace below the
/// bundle. Options are words of mount(8); what is no flag is the filesystem's data. Source: containerd core/mount.
/// </summary>
internal static class RootfsMounts
{
    /// <summary>Mounts one. Returns its target. Errors: KernelException; InvalidArgument.</summary>
    public static string Mount(RootfsMount mount, string rootfs)
    {
        var flags = MountFlags.None;
        var data = new StringBuilder();
        foreach (var option in mount.Options)
        {
            if (Flag(option) is var (flag, set))
            {
                flags = set ? flags | flag : flags & ~flag;
            }
            else
            {
                data.Append(data.Length == 0 ? "" : ",").Append(option);
            }
        }

        var target = Target(mount, rootfs);
        var isBind = (flags & MountFlags.Bind) != 0;
        Mounts.Mount(mount.Source, target, isBind ? "" : mount.Type, flags, isBind ? "" : data.ToString());
        if (isBind && (flags & ~(MountFlags.Bind | MountFlags.Recursive)) != 0)
        {
            // The kernel takes only MS_REC beside MS_BIND at first (man 2 mount).
            Mounts.Mount("", target, "", flags | MountFlags.Remount, "");
        }

        return target;
    }

    // containerd's own mounts have an empty target, the rootfs itself; anything else stays below it.
    private static string Target(RootfsMount mount, string rootfs)
    {
        var target = Path.GetFullPath(Path.Join(rootfs, mount.Target)).TrimEnd('/');
        return target == rootfs || target.StartsWith(rootfs + "/", StringComparison.Ordinal)
            ? target
            : throw new TaskException(ErrorKind.InvalidArgument, ErrorReason.InvalidArgument,
                $"rootfs.target: \"{mount.Target}\" leads out of the rootfs")
            {
                Field = "rootfs.target",
            };
    }

    private static (MountFlags Flag, bool Set)? Flag(string option) => option switch
    {
        "ro" => (MountFlags.ReadOnly, true),
        "rw" => (MountFlags.ReadOnly, false),
        "nosuid" => (MountFlags.NoSetuid, true),
        "suid" => (MountFlags.NoSetuid, false),
        "nodev" => (MountFlags.NoDevices, true),
        "dev" => (MountFlags.NoDevices, false),
        "noexec" => (MountFlags.NoExecute, true),
        "exec" => (MountFlags.NoExecute, false),
        "noatime" => (MountFlags.NoAccessTime, true),
        "nodiratime" => (MountFlags.NoDirectoryAccessTime, true),
        "relatime" => (MountFlags.RelativeAccessTime, true),
        "strictatime" => (MountFlags.StrictAccessTime, true),
        "sync" => (MountFlags.Synchronous, true),
        "dirsync" => (MountFlags.DirectorySync, true),
        "bind" => (MountFlags.Bind, true),
        "rbind" => (MountFlags.Bind | MountFlags.Recursive, true),
        "defaults" => (MountFlags.None, true),
        _ => null,
    };
}
