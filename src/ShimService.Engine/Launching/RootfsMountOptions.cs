using System.Globalization;
using System.Text;
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
    private const string Field = "rootfs.options";
    private const string UidMap = "uidmap=";
    private const string GidMap = "gidmap=";

    /// <summary>What mount(2) takes beside a propagation.</summary>
    public MountFlags Flags { get; private init; }

    /// <summary>None, or what a second call sets: the kernel takes it with nothing else.</summary>
    public MountFlags Propagation { get; private init; }

    public IReadOnlyList<string> Data { get; private init; } = [];

    /// <summary>The source is a file, to be had as a block device.</summary>
    public bool IsLoop { get; private init; }

    /// <summary>null = owners are shown as they are.</summary>
    public MountIdMap? Map { get; private init; }

    public bool IsBind => (Flags & MountFlags.Bind) != 0;

    /// <summary>Errors: InvalidArgument for maps that are none, or of one kind of ids only.</summary>
    public static RootfsMountOptions Parse(RootfsMount mount)
    {
        var (flags, propagation) = (MountFlags.None, MountFlags.None);
        var data = new List<string>();
        var (uids, gids, isLoop) = ("", "", false);
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
            else if (option == "loop")
            {
                isLoop = true;
            }
            else if (option.StartsWith(UidMap, StringComparison.Ordinal))
            {
                uids = ReadMap(option, UidMap);
            }
            else if (option.StartsWith(GidMap, StringComparison.Ordinal))
            {
                gids = ReadMap(option, GidMap);
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

        if ((uids.Length == 0) != (gids.Length == 0))
        {
            throw Invalid($"the mount of {mount.Source} has a {(uids.Length > 0 ? "uidmap" : "gidmap")} alone; give both");
        }

        return new RootfsMountOptions
        {
            Flags = flags,
            Propagation = propagation,
            Data = data,
            IsLoop = isLoop,
            Map = uids.Length == 0 ? null : new MountIdMap(uids, gids, "", Recursive: false),
        };
    }

    // container:host:size, more of them after commas; the kernel's form is a line each.
    private static string ReadMap(string option, string key)
    {
        var lines = new StringBuilder();
        foreach (var entry in option[key.Length..].Split(','))
        {
            var numbers = entry.Split(':');
            if (numbers.Length != 3 || !numbers.All(number => uint.TryParse(number, NumberStyles.None, null, out _))
                || numbers[2].All(digit => digit == '0'))
            {
                throw Invalid($"\"{option}\" is no mapping; give {key}container:host:size with a size above 0");
            }

            lines.AppendJoin(' ', numbers).Append('\n');
        }

        return lines.ToString();
    }

    private static TaskException Invalid(string message) =>
        new(ErrorKind.InvalidArgument, ErrorReason.InvalidArgument, $"{Field}: {message}") { Field = Field };

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
