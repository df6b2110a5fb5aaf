using ShimService.Engine.Compile.Input;
using ShimService.Linux.Launch;

namespace ShimService.Engine.Compile.Mounts;

/// <summary>A mount of the container as the plan has it so far.</summary>
internal sealed class PlannedMount(string destination, PlannedMountKind kind, PlanResult mount)
{
    private readonly Dictionary<string, PathKind> _entries = new(StringComparer.Ordinal);

    /// <summary>Clean.</summary>
    internal string Destination { get; } = destination;

    internal PlannedMountKind Kind { get; } = kind;

    internal PlanResult Mount { get; } = mount;

    /// <summary>For a bind: what it shows, on the host.</summary>
    internal string Source { get; init; } = "";

    /// <summary>A proc without what is not about processes (subset=pid).</summary>
    internal bool HasProcessesOnly { get; init; }

    /// <summary>Everything in it was put there by this plan, or by the kernel: nothing in it can lie.</summary>
    internal bool IsOurs => Kind is PlannedMountKind.Empty or PlannedMountKind.Kernel;

    /// <summary>For a bind: where the host has a path in it.</summary>
    internal string OnHost(string path) => Source + path[Destination.Length..];

    internal void Add(string path, PathKind kind) => _entries[path] = kind;

    /// <summary><paramref name="path"/>: clean, from the container's root.</summary>
    internal PathLook Look(string path, IPathView host)
    {
        if (path == Destination || _entries.TryGetValue(path, out var kind) && kind == PathKind.Directory)
        {
            return new PathLook(PathKind.Directory, 0x1ED);
        }

        return Kind switch
        {
            PlannedMountKind.Empty => new PathLook(_entries.GetValueOrDefault(path)),
            PlannedMountKind.Kernel when HasProcessesOnly && !IsOfAProcess(path) => new PathLook(PathKind.Missing),
            PlannedMountKind.Kernel => host.Look(path),
            PlannedMountKind.Bind => host.Look(OnHost(path)),
            _ => new PathLook(PathKind.Missing),
        };
    }

    private bool IsOfAProcess(string path)
    {
        var name = path.AsSpan(Destination.Length + 1);
        var slash = name.IndexOf('/');
        name = slash < 0 ? name : name[..slash];
        return name is "self" or "thread-self" || !name.ContainsAnyExceptInRange('0', '9');
    }
}
