using ShimService.Linux.Abi;
using ShimService.Linux.Errors;
using ShimService.Linux.Native;

namespace ShimService.Linux.Cgroups;

/// <summary>
/// The host's cgroups, opened once for the life of the process. Descriptors of the hierarchies' roots are taken here,
/// so the process may enter a mount namespace without /sys/fs/cgroup afterwards. Any thread.
/// </summary>
/// <example>
/// <code>
/// using CgroupHost host = CgroupHost.Open(CgroupLayout.Detect(), TimeProvider.System);   // once
/// Cgroup cgroup = host.Create(path, CgroupControllers.Standard);                         // per container
/// // write limits, then:
/// using (CgroupJoin join = cgroup.OpenJoin()) { /* launch: clone3 into join.CloneInto, "0" to each tasks file */ }
/// // each exec: OpenJoin again. Undo and Delete: await cgroup.RemoveAsync(…)
/// </code>
/// </example>
public sealed class CgroupHost : IDisposable
{
    private static readonly Version KillSince = new(5, 14);

    private readonly FileDescriptor[] _roots;
    private readonly CgroupParents _parents;

    private CgroupHost(CgroupLayout layout, FileDescriptor[] roots, TimeProvider time)
    {
        Layout = layout;
        Time = time;
        _roots = roots;
        _parents = new CgroupParents(layout, roots, time);
    }

    public CgroupLayout Layout { get; }

    internal TimeProvider Time { get; }

    // Pauses and kills go through v2 where it is there and can do both: a process frozen by v1 cannot be killed.
    private bool UnifiedRules => Layout.Unified is not null && Environment.OSVersion.Version >= KillSince;

    /// <summary>Errors: <see cref="KernelException"/> for a mounted hierarchy that cannot be opened.</summary>
    public static CgroupHost Open(CgroupLayout layout, TimeProvider time)
    {
        FileDescriptor[] roots = new FileDescriptor[layout.Hierarchies.Count];
        for (int i = 0; i < roots.Length; i++)
        {
            string mountPoint = layout.Hierarchies[i].MountPoint;
            roots[i] = FileCalls.TryOpen(null, mountPoint, OpenFlags.Path | OpenFlags.Directory, out Errno errno)
                ?? throw new KernelException("openat", errno, mountPoint);
        }

        return new CgroupHost(layout, roots, time);
    }

    /// <summary>
    /// Makes the container's cgroup in every hierarchy that carries one of <paramref name="needed"/>. On failure
    /// nothing made is left. Errors: <see cref="KernelException"/>; EBUSY for a cgroup that has processes already, or
    /// that somebody else is making: until <see cref="Cgroup.ReleaseClaim"/> or its removal it is the caller's alone.
    /// </summary>
    public Cgroup Create(CgroupPath path, CgroupControllers needed) => Enter(path, needed, create: true);

    /// <summary>
    /// Makes the container's cgroup in the v2 hierarchy only, where a process can be born into it; nothing where there
    /// is none. <see cref="Cgroup.Complete"/> makes the rest. Errors: as <see cref="Create"/>.
    /// </summary>
    public Cgroup Begin(CgroupPath path) => Enter(path, CgroupControllers.None, create: true);

    /// <summary>
    /// The hierarchies <see cref="Create"/> would use for the same controllers, in the order they are joined.
    /// </summary>
    public IReadOnlyList<CgroupHierarchy> Used(CgroupControllers needed)
    {
        List<CgroupHierarchy> used = [];
        foreach (CgroupHierarchy hierarchy in Layout.Hierarchies)
        {
            if (IsUsed(hierarchy, needed))
            {
                used.Add(hierarchy);
            }
        }

        return [.. used.OrderBy(Cgroup.Rank)];
    }

    /// <summary>
    /// The cgroup another process made, in every hierarchy: for a container found again, or made by another runtime.
    /// What is absent is skipped, and all that is there counts as made by us.
    /// </summary>
    public Cgroup Find(CgroupPath path) => Enter(path, (CgroupControllers)~0, create: false);

    /// <summary>Removes the parents nobody lives in; containers' cgroups are their owners' to remove, before.</summary>
    public void Dispose()
    {
        _parents.Dispose();
        foreach (FileDescriptor root in _roots)
        {
            root.Dispose();
        }
    }

    /// <summary>Makes the cgroup in one hierarchy more, for a limit that came with an update.</summary>
    internal CgroupDirectory Make(CgroupParent parent, CgroupPath path, int hierarchy, CgroupControllers needed) =>
        Make(parent, path, hierarchy, needed, claim: false);

    // The first directory of a cgroup is claimed: of two that make one at the same instant, in whatever processes, both
    // would find it empty.
    private CgroupDirectory Make(
        CgroupParent parent, CgroupPath path, int hierarchy, CgroupControllers needed, bool claim)
    {
        CgroupHierarchy place = Layout.Hierarchies[hierarchy];
        for (int attempt = 0; ; attempt++)
        {
            FileDescriptor directory = _parents.Open(parent, hierarchy, needed, again: attempt > 0);
            Errno errno = FileCalls.MakeDirectory(directory, path.Leaf, 0x1ED);
            switch (errno)
            {
                case Errno.None:
                    CgroupDirectory made = new(place, directory, path, made: true);
                    Claim(made, claim);
                    Prepare(made, directory, path.Leaf);
                    return made;
                case Errno.EEXIST:
                    CgroupDirectory found = new(place, directory, path, made: false);
                    Claim(found, claim);
                    return CheckEmpty(found);
                case Errno.ENOENT or Errno.ENODEV when attempt < 3:
                    continue;
                default:
                    throw new KernelException("mkdirat", errno, place.MountPoint + path.Value,
                        CgroupHint.ForWrite("", errno));
            }
        }
    }

    /// <summary>v2: switches a controller on above a cgroup that is there already.</summary>
    internal void Enable(CgroupParent parent, int hierarchy, CgroupControllers needed) =>
        _parents.Open(parent, hierarchy, needed, again: false);

    /// <summary>
    /// Makes the cgroup in every hierarchy that is needed and not among <paramref name="made"/>, and adds it.
    /// </summary>
    internal void MakeRest(CgroupParent parent, CgroupPath path, CgroupControllers needed, List<CgroupDirectory> made)
    {
        for (int i = 0; i < _roots.Length; i++)
        {
            CgroupHierarchy hierarchy = Layout.Hierarchies[i];
            if (!IsUsed(hierarchy, needed))
            {
                continue;
            }

            if (!made.Exists(directory => directory.Hierarchy == hierarchy))
            {
                made.Add(Make(parent, path, i, needed, claim: made.Count == 0));
            }
            else if (hierarchy.Version == CgroupVersion.V2)
            {
                Enable(parent, i, needed);
            }
        }
    }

    internal void Leave(CgroupParent parent) => _parents.Leave(parent);

    internal int IndexOf(CgroupControllers controller)
    {
        for (int i = 0; i < _roots.Length; i++)
        {
            if ((Layout.Hierarchies[i].Controllers & controller) != 0)
            {
                return i;
            }
        }

        return -1;
    }

    private static void Prepare(CgroupDirectory made, FileDescriptor parent, string leaf)
    {
        if (made.Hierarchy.Version != CgroupVersion.V1 || (made.Hierarchy.Controllers & CgroupControllers.CpuSet) == 0)
        {
            return;
        }

        try
        {
            CpuSetInheritance.Apply(parent, leaf);
        }
        catch (KernelException)
        {
            made.TryRemove();
            made.ReleaseClaim();
            throw;
        }
    }

    private static void Claim(CgroupDirectory directory, bool wanted)
    {
        if (wanted && !directory.TryClaim())
        {
            throw new KernelException("flock", Errno.EBUSY, directory.FullPath,
                "another container is being made in that cgroup; give each a linux.cgroupsPath of its own");
        }
    }

    // v2: processes in cgroups inside it count too. A new process would freeze in its first step, and wait for ever.
    private static CgroupDirectory CheckEmpty(CgroupDirectory found)
    {
        Span<byte> buffer = stackalloc byte[64];
        bool populated = found.IsUnified
            ? found.Read("cgroup.events", buffer, out _).IndexOf("populated 1"u8) >= 0
            : found.Read("cgroup.procs", buffer, out _).Length > 0;
        if (populated)
        {
            found.ReleaseClaim();
            throw new KernelException("mkdirat", Errno.EBUSY, found.FullPath,
                "that cgroup has processes; give the container a linux.cgroupsPath of its own");
        }

        if (IsFrozen(found, buffer))
        {
            found.ReleaseClaim();
            throw new KernelException("mkdirat", Errno.EBUSY, found.FullPath,
                "that cgroup is frozen, and so would the container be before it begins; thaw it, or give the container a "
                + "linux.cgroupsPath of its own");
        }

        return found;
    }

    private static bool IsFrozen(CgroupDirectory found, Span<byte> buffer) => found.IsUnified
        ? found.Read("cgroup.freeze", buffer, out _).StartsWith("1"u8)
        : (found.Hierarchy.Controllers & CgroupControllers.Freezer) != 0
            && found.Read("freezer.state", buffer, out _).StartsWith("FR"u8);

    private Cgroup Enter(CgroupPath path, CgroupControllers needed, bool create)
    {
        CgroupParent parent = _parents.Enter(path.Parent);
        List<CgroupDirectory> directories = [];
        try
        {
            for (int i = 0; i < _roots.Length; i++)
            {
                if (create && !IsUsed(Layout.Hierarchies[i], needed))
                {
                    continue;
                }

                if (create)
                {
                    directories.Add(Make(parent, path, i, needed, claim: directories.Count == 0));
                }
                else if (FindOne(path, i) is { } found)
                {
                    directories.Add(found);
                }
            }

            return new Cgroup(this, parent, path, directories);
        }
        catch
        {
            foreach (CgroupDirectory made in directories)
            {
                if (made.WasMade)
                {
                    made.TryRemove();
                }

                made.ReleaseClaim();
            }

            _parents.Leave(parent);
            throw;
        }
    }

    private bool IsUsed(CgroupHierarchy hierarchy, CgroupControllers needed)
    {
        if (hierarchy.Version == CgroupVersion.V2)
        {
            return Layout.Mode == CgroupMode.Unified || UnifiedRules || (hierarchy.Controllers & needed) != 0;
        }

        CgroupControllers spare = UnifiedRules ? CgroupControllers.Freezer : CgroupControllers.None;
        return (hierarchy.Controllers & needed & ~spare) != 0;
    }

    private CgroupDirectory? FindOne(CgroupPath path, int hierarchy)
    {
        string relative = path.Parent == "/" ? "." : path.Parent[1..];
        OpenFlags flags = OpenFlags.Path | OpenFlags.Directory;
        FileDescriptor? parent = FileCalls.TryOpen(_roots[hierarchy], relative, flags, out _);
        if (parent is null)
        {
            return null;
        }

        CgroupDirectory directory = new(Layout.Hierarchies[hierarchy], parent, path, made: true);
        using FileDescriptor? self = directory.OpenSelf(OpenFlags.Path, out _);
        return self is null ? null : directory;
    }
}
