using ShimService.Linux.Abi;
using ShimService.Tasks.Errors;
using ShimService.Tasks.Ports;

namespace ShimService.Engine.Launching;

/// <summary>
/// The options of a rootfs mount, sorted: words of mount(8) become flags, what is no flag is the filesystem's own.
/// Pure. Source: containerd 2.1 core/mount/mount_linux.go; man 8 mount.
/// </summary>
internal sealed record RootfsMountOptions
{
    /// <summary>What mount(2) takes beside a propagation.</summary>
    public MountFlags Flags { get; private init; }

    /// <summary>None, or what a second call sets: the kernel takes it with nothing else.</summary>
    public MountFlags Propagation { get; private init; }

    public IReadOnlyList<string> Data { get; private init; } = [];

    public bool IsBind => (Flags & MountFlags.Bind) != 0;

    /// <summary>Errors: Unimplemented for what is to be done before a mount and is not done here.</summary>
    public static RootfsMountOptions Parse(RootfsMount mount)
    {
        var (flags, propagation) = (MountFlags.None, MountFlags.None);
        var data = new List<string>();
        foreach (var option in mount.Options)
        {
            if (Flag(option) is var (flag, isSet))
            {
                flags = isSet ? flags | flag : flags & ~flag;
            }
            else if (PropagationOf(option) is { } wanted)
            {
                propagation = wanted;
            }
            else if (option == "loop" || option.StartsWith("uidmap=", StringComparison.Ordinal)
                || option.StartsWith("gidmap=", StringComparison.Ordinal))
            {
                throw new TaskException(ErrorKind.Unimplemented, ErrorReason.UnsupportedField,
                    $"rootfs.options: \"{option}\" of the mount of {mount.Source} is not there in this version")
                {
                    Field = "rootfs.options",
                };
            }
            else if (!IsForUserSpace(option))
            {
                data.Add(option);
            }
        }

        // A type of "bind" says it too; containerd sends both.
        if (mount.Type == "bind")
        {
            flags |= MountFlags.Bind;
        }

        return new RootfsMountOptions { Flags = flags, Propagation = propagation, Data = data };
    }

    private static (MountFlags Flag, bool IsSet)? Flag(string option) => option switch
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
        "atime" => (MountFlags.NoAccessTime, false),
        "nodiratime" => (MountFlags.NoDirectoryAccessTime, true),
        "diratime" => (MountFlags.NoDirectoryAccessTime, false),
        "relatime" => (MountFlags.RelativeAccessTime, true),
        "norelatime" => (MountFlags.RelativeAccessTime, false),
        "strictatime" => (MountFlags.StrictAccessTime, true),
        "nostrictatime" => (MountFlags.StrictAccessTime, false),
        "lazytime" => (MountFlags.LazyTime, true),
        "nolazytime" => (MountFlags.LazyTime, false),
        "mand" => (MountFlags.MandatoryLocks, true),
        "nomand" => (MountFlags.MandatoryLocks, false),
        "sync" => (MountFlags.Synchronous, true),
        "async" => (MountFlags.Synchronous, false),
        "dirsync" => (MountFlags.DirectorySync, true),
        "nosymfollow" => (MountFlags.NoSymlinkFollow, true),
        "remount" => (MountFlags.Remount, true),
        "bind" => (MountFlags.Bind, true),
        "rbind" => (MountFlags.Bind | MountFlags.Recursive, true),
        "defaults" => (MountFlags.None, true),
        _ => null,
    };

    private static MountFlags? PropagationOf(string option) => option switch
    {
        "private" => MountFlags.Private,
        "rprivate" => MountFlags.Private | MountFlags.Recursive,
        "slave" => MountFlags.Slave,
        "rslave" => MountFlags.Slave | MountFlags.Recursive,
        "shared" => MountFlags.Shared,
        "rshared" => MountFlags.Shared | MountFlags.Recursive,
        "unbindable" => MountFlags.Unbindable,
        "runbindable" => MountFlags.Unbindable | MountFlags.Recursive,
        _ => null,
    };

    /// <summary>
    /// Notes of programs to each other, which no kernel reads: containerd's "X-containerd.…" among them.
    /// </summary>
    private static bool IsForUserSpace(string option) =>
        option.StartsWith("X-", StringComparison.Ordinal) || option.StartsWith("x-", StringComparison.Ordinal);
}
