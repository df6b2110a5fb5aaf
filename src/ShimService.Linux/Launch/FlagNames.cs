using System.Globalization;
using System.Text;

namespace ShimService.Linux.Launch;

/// <summary>
/// The kernel's spelling of flags and commands, for listings and failure messages. Each table is made when it is
/// first spelled from, which a launch that succeeds never does.
/// </summary>
public sealed class FlagNames
{
    public static readonly FlagNames Open = new(exact: false, static () =>
    [
        (0, "O_RDONLY"), (1, "O_WRONLY"), (2, "O_RDWR"), (0x40, "O_CREAT"), (0x80, "O_EXCL"), (0x100, "O_NOCTTY"),
        (0x200, "O_TRUNC"), (0x400, "O_APPEND"), (0x800, "O_NONBLOCK"), (0x10000, "O_DIRECTORY"),
        (0x20000, "O_NOFOLLOW"), (0x80000, "O_CLOEXEC"), (0x200000, "O_PATH"), (0x410000, "O_TMPFILE"),
    ]);

    public static readonly FlagNames Resolve = new(exact: false, static () =>
    [
        (0, "0"), (1, "RESOLVE_NO_XDEV"), (2, "RESOLVE_NO_MAGICLINKS"), (4, "RESOLVE_NO_SYMLINKS"),
        (8, "RESOLVE_BENEATH"), (0x10, "RESOLVE_IN_ROOT"),
    ]);

    public static readonly FlagNames Mount = new(exact: false, static () =>
    [
        (0, "0"), (1, "MS_RDONLY"), (2, "MS_NOSUID"), (4, "MS_NODEV"), (8, "MS_NOEXEC"), (0x10, "MS_SYNCHRONOUS"),
        (0x20, "MS_REMOUNT"), (0x40, "MS_MANDLOCK"), (0x80, "MS_DIRSYNC"), (0x100, "MS_NOSYMFOLLOW"),
        (0x400, "MS_NOATIME"), (0x800, "MS_NODIRATIME"), (0x1000, "MS_BIND"), (0x2000, "MS_MOVE"), (0x4000, "MS_REC"),
        (0x8000, "MS_SILENT"), (0x10000, "MS_POSIXACL"), (0x20000, "MS_UNBINDABLE"), (0x40000, "MS_PRIVATE"),
        (0x80000, "MS_SLAVE"), (0x100000, "MS_SHARED"), (0x200000, "MS_RELATIME"), (0x800000, "MS_I_VERSION"),
        (0x1000000, "MS_STRICTATIME"), (0x2000000, "MS_LAZYTIME"),
    ]);

    public static readonly FlagNames Unmount = new(exact: false, static () =>
    [
        (0, "0"), (1, "MNT_FORCE"), (2, "MNT_DETACH"), (4, "MNT_EXPIRE"), (8, "UMOUNT_NOFOLLOW"),
    ]);

    public static readonly FlagNames Attributes = new(exact: false, static () =>
    [
        (0, "0"), (1, "MOUNT_ATTR_RDONLY"), (2, "MOUNT_ATTR_NOSUID"), (4, "MOUNT_ATTR_NODEV"),
        (8, "MOUNT_ATTR_NOEXEC"), (0x10, "MOUNT_ATTR_NOATIME"), (0x20, "MOUNT_ATTR_STRICTATIME"),
        (0x80, "MOUNT_ATTR_NODIRATIME"), (0x100000, "MOUNT_ATTR_IDMAP"), (0x200000, "MOUNT_ATTR_NOSYMFOLLOW"),
    ]);

    public static readonly FlagNames MoveMount = new(exact: false, static () =>
    [
        (0, "0"), (1, "MOVE_MOUNT_F_SYMLINKS"), (2, "MOVE_MOUNT_F_AUTOMOUNTS"), (4, "MOVE_MOUNT_F_EMPTY_PATH"),
        (0x10, "MOVE_MOUNT_T_SYMLINKS"), (0x20, "MOVE_MOUNT_T_AUTOMOUNTS"), (0x40, "MOVE_MOUNT_T_EMPTY_PATH"),
        (0x100, "MOVE_MOUNT_SET_GROUP"), (0x200, "MOVE_MOUNT_BENEATH"),
    ]);

    public static readonly FlagNames Tree = new(exact: false, static () =>
    [
        (0, "0"), (1, "OPEN_TREE_CLONE"), (0x100, "AT_SYMLINK_NOFOLLOW"), (0x800, "AT_NO_AUTOMOUNT"),
        (0x1000, "AT_EMPTY_PATH"), (0x8000, "AT_RECURSIVE"), (0x80000, "OPEN_TREE_CLOEXEC"),
    ]);

    public static readonly FlagNames Path = new(exact: false, static () =>
    [
        (0, "0"), (0x100, "AT_SYMLINK_NOFOLLOW"), (0x200, "AT_EACCESS"), (0x400, "AT_SYMLINK_FOLLOW"),
        (0x800, "AT_NO_AUTOMOUNT"), (0x1000, "AT_EMPTY_PATH"), (0x8000, "AT_RECURSIVE"),
    ]);

    public static readonly FlagNames Namespaces = new(exact: false, static () =>
    [
        (0, "0"), (0x80, "CLONE_NEWTIME"), (0x20000, "CLONE_NEWNS"), (0x2000000, "CLONE_NEWCGROUP"),
        (0x4000000, "CLONE_NEWUTS"), (0x8000000, "CLONE_NEWIPC"), (0x10000000, "CLONE_NEWUSER"),
        (0x20000000, "CLONE_NEWPID"), (0x40000000, "CLONE_NEWNET"),
    ]);

    public static readonly FlagNames Clone = new(exact: false, static () =>
    [
        (0, "0"), (0x4000, "CLONE_VFORK"), (0x8000, "CLONE_PARENT"), (0x100000, "CLONE_PARENT_SETTID"),
    ]);

    public static readonly FlagNames Advice = new(exact: true, static () => [(10, "MADV_DONTFORK")]);

    public static readonly FlagNames Fsconfig = new(exact: true, static () =>
    [
        (0, "FSCONFIG_SET_FLAG"), (1, "FSCONFIG_SET_STRING"), (2, "FSCONFIG_SET_BINARY"), (3, "FSCONFIG_SET_PATH"),
        (4, "FSCONFIG_SET_PATH_EMPTY"), (5, "FSCONFIG_SET_FD"), (6, "FSCONFIG_CMD_CREATE"),
        (7, "FSCONFIG_CMD_RECONFIGURE"),
    ]);

    public static readonly FlagNames ProcessControls = new(exact: true, static () =>
    [
        (1, "PR_SET_PDEATHSIG"), (4, "PR_SET_DUMPABLE"), (8, "PR_SET_KEEPCAPS"), (15, "PR_SET_NAME"),
        (24, "PR_CAPBSET_DROP"), (28, "PR_SET_SECUREBITS"), (36, "PR_SET_CHILD_SUBREAPER"),
        (38, "PR_SET_NO_NEW_PRIVS"), (47, "PR_CAP_AMBIENT"),
    ]);

    private readonly bool _exact;
    private readonly Func<(long Value, string Name)[]> _table;
    private (long Value, string Name)[]? _names;

    private FlagNames(bool exact, Func<(long Value, string Name)[]> table)
    {
        _exact = exact;
        _table = table;
    }

    internal IReadOnlyList<(long Value, string Name)> Table => _names ??= _table();

    /// <summary>"MS_BIND|MS_REC"; bits without a name in hexadecimal.</summary>
    public string Spell(long value)
    {
        _names ??= _table();
        foreach (var (known, name) in _names)
        {
            if (known == value)
            {
                return name;
            }
        }

        if (_exact)
        {
            return value.ToString(CultureInfo.InvariantCulture);
        }

        var text = new StringBuilder();
        for (var i = _names.Length - 1; i >= 0; i--)
        {
            var (known, name) = _names[i];
            if (known != 0 && (value & known) == known)
            {
                text.Insert(0, text.Length == 0 ? name : name + "|");
                value &= ~known;
            }
        }

        if (value != 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"{(text.Length == 0 ? "" : "|")}0x{value:x}");
        }

        return text.ToString();
    }
}
