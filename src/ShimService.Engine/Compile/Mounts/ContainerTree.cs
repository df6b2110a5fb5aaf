using ShimService.Engine.Compile.Input;
using ShimService.Linux.Abi;
using ShimService.Linux.Errors;
using ShimService.Linux.Launch;

namespace ShimService.Engine.Compile.Mounts;

/// <summary>
/// The container's file tree as the plan has it so far: finds, and where needed makes, the places steps act on. Every
/// place is reached from an opened descriptor: the mount that holds it where that is ours, else the root. No link is
/// followed then (openat2, RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS): links are looked at beforehand, by
/// <see cref="Resolve"/>, so that nobody who exchanges one meanwhile gets a mount anywhere else.
/// </summary>
internal sealed class ContainerTree(Compilation compilation)
{
    private readonly List<PlannedMount> _mounts = [];
    private readonly Dictionary<string, PlanResult> _opened = new(StringComparer.Ordinal);

    /// <summary>The mount that becomes "/".</summary>
    internal PlanResult Root { get; set; }

    /// <summary>Mounts to be made read-only when everything in them is made.</summary>
    internal List<(string Path, PlanResult Mount)> ReadonlyLater { get; } = [];

    /// <summary>/dev is the caller's own, devices and links included.</summary>
    internal bool DevIsBound => Cover("/dev") is { Kind: PlannedMountKind.Bind, Destination: "/dev" };

    /// <summary>
    /// Whether everything on the way to a path, from the mount that holds it, is the plan's own doing.
    /// </summary>
    internal bool IsOurs(string path) => Cover(path) is { IsOurs: true };

    /// <summary>
    /// Takes a mount into account that was attached at a clean path. It hides what was mounted there.
    /// </summary>
    internal void Attach(PlannedMount mount)
    {
        _mounts.RemoveAll(earlier => ContainerPath.IsWithin(earlier.Destination, mount.Destination));
        _mounts.Add(mount);
        _opened.Clear();
    }

    /// <summary>Takes something into account that a step made in a mount of ours.</summary>
    internal void Add(string path, PathKind kind) => Cover(path)?.Add(path, kind);

    /// <summary>What will be at a clean path; a hint, see <see cref="IPathView"/>.</summary>
    internal PathLook Look(string path) =>
        Cover(path) is { } mount ? mount.Look(path, compilation.Input.Host.Paths) : compilation.Input.Rootfs.Look(path);

    /// <summary>Where a path leads, links of the root filesystem and of mounts taken within the root; clean.</summary>
    internal string Resolve(string path) => MeetsLink(path) ? LinkResolver.Resolve(path, ReadLink) : path;

    private bool MeetsLink(string path) => Cover(path) switch
    {
        null => compilation.Input.Rootfs.MeetsLink(path),
        { Kind: PlannedMountKind.Bind } mount => compilation.Input.Host.Paths.MeetsLink(mount.OnHost(path)),
        _ => false,
    };

    /// <summary>What the link at a path holds, whose way to it has none; null for anything else.</summary>
    internal string? ReadLink(string path) => Cover(path) switch
    {
        null => compilation.Input.Rootfs.ReadLink(path),

        // What is mounted on is no link, whatever the name it was bound from.
        { Kind: PlannedMountKind.Bind } mount when path != mount.Destination =>
            compilation.Input.Host.Paths.ReadLink(mount.OnHost(path)),
        _ => null,
    };

    /// <summary>The opened directory that holds a path, made where it is missing, and the path's last name.</summary>
    internal MountTarget Place(string step, string clause, string path)
    {
        path = ContainerPath.Clean(path);
        var slash = path.LastIndexOf('/');
        var parent = Directory(step, clause, slash == 0 ? "/" : path[..slash]);
        return new MountTarget(parent, path[(slash + 1)..]);
    }

    /// <summary>A place that is there: nothing is made, and no link is followed.</summary>
    internal MountTarget Existing(string step, string clause, string path)
    {
        path = ContainerPath.Clean(path);
        var (origin, relative) = Origin(path);
        if (relative.Length == 0)
        {
            return new MountTarget(origin, "");
        }

        return IsOurs(path) && !relative.Contains('/')
            ? new MountTarget(origin, relative)
            : new MountTarget(
                Open(step, clause, origin, relative, OpenFlags.Path | OpenFlags.CloseOnExec).On(path), "");
    }

    /// <summary>Opens what is mounted at a path now.</summary>
    internal PlanResult Reopen(string step, string clause, string path)
    {
        var (origin, relative) = Origin(path);
        return relative.Length == 0
            ? origin
            : Open(step, clause, origin, relative, OpenFlags.Path | OpenFlags.CloseOnExec).On(path);
    }

    /// <summary>Opens a directory that is there, to read it.</summary>
    internal PlanResult OpenDirectory(string step, string clause, string path)
    {
        var (origin, relative) = Origin(path);
        return Open(step, clause, origin, relative.Length == 0 ? "." : relative,
            OpenFlags.ReadOnly | OpenFlags.Directory | OpenFlags.CloseOnExec).On(path);
    }

    /// <summary>A place to mount a directory or a file on, made where it is missing.</summary>
    internal MountTarget Target(string step, string clause, string path, PathKind kind)
    {
        path = ContainerPath.Clean(path);
        var (origin, relative) = Origin(path);
        if (relative.Length == 0)
        {
            return new MountTarget(origin, "");
        }

        if (Look(path).Kind != PathKind.Missing)
        {
            return relative.Contains('/')
                ? new MountTarget(
                    Open(step, clause, origin, relative, OpenFlags.Path | OpenFlags.CloseOnExec).On(path), "")
                : new MountTarget(origin, relative);
        }

        var slash = path.LastIndexOf('/');
        var parent = Directory(step, clause, slash == 0 ? "/" : path[..slash]);
        Make(step, clause, parent, path, kind);
        return new MountTarget(parent, path[(slash + 1)..]);
    }

    // Made here, or there already because the hint was wrong: whatever it is, it is not followed afterwards.
    private void Make(string step, string clause, PlanResult parent, string path, PathKind kind)
    {
        var name = path[(path.LastIndexOf('/') + 1)..];
        var made = kind == PathKind.Directory
            ? compilation.Plan.Call(step, clause, SystemCall.Mkdirat, parent, name, 0x1ED)
            : compilation.Plan.Call(
                step, clause, SystemCall.Mknodat, parent, name, KernelValues.RegularFile | 0x1A4, 0);
        made.On(path);
        if (!IsOurs(path))
        {
            made.Tolerate(Errno.EEXIST);
        }

        Add(path, kind);
    }

    private PlanResult Directory(string step, string clause, string path)
    {
        var (origin, relative) = Origin(path);
        if (relative.Length == 0)
        {
            return origin;
        }

        if (_opened.TryGetValue(path, out var opened))
        {
            return opened;
        }

        const OpenFlags flags = OpenFlags.Path | OpenFlags.Directory | OpenFlags.CloseOnExec;
        PlanResult directory;
        if (Look(path).Kind != PathKind.Missing)
        {
            directory = Open(step, clause, origin, relative, flags).On(path);
        }
        else
        {
            var slash = path.LastIndexOf('/');
            var parent = Directory(step, clause, slash == 0 ? "/" : path[..slash]);
            Make(step, clause, parent, path, PathKind.Directory);
            directory = Open(step, clause, parent, path[(slash + 1)..], flags | OpenFlags.NoFollow)
                .On(path);
        }

        _opened.Add(path, directory);
        return directory;
    }

    private PlanResult Open(string step, string clause, PlanResult origin, string relative, OpenFlags flags) =>
        compilation.Plan.Call(step, clause, SystemCall.Openat2, origin, relative,
            PlanArgument.OpenHow(flags, ResolveFlags.Beneath | ResolveFlags.NoSymlinks), PlanArgument.OpenHowSize);

    // Where the way to a path starts: in the mount that holds it when nothing in that can lie, else at the root.
    private (PlanResult Origin, string Relative) Origin(string path) =>
        Cover(path) is { IsOurs: true } mount
            ? (mount.Mount, path.Length == mount.Destination.Length ? "" : path[(mount.Destination.Length + 1)..])
            : (Root, path[1..]);

    private PlannedMount? Cover(string path)
    {
        PlannedMount? deepest = null;
        foreach (var mount in _mounts)
        {
            if (ContainerPath.IsWithin(path, mount.Destination)
                && mount.Destination.Length > (deepest?.Destination.Length ?? -1))
            {
                deepest = mount;
            }
        }

        return deepest;
    }
}
