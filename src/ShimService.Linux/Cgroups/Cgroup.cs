using ShimService.Linux.Abi;
using ShimService.Linux.Errors;

namespace ShimService.Linux.Cgroups;

/// <summary>
/// One container's cgroup: a directory in each hierarchy it uses. Reads and signals from any thread at any time;
/// freezing, updates and removal one at a time, by the container's owner. Errors: <see cref="KernelException"/>.
/// </summary>
public sealed partial class Cgroup
{
    private readonly CgroupHost _host;
    private readonly CgroupParent _parent;
    private CgroupDirectory[] _directories;
    private bool _left;

    internal Cgroup(CgroupHost host, CgroupParent parent, CgroupPath path, List<CgroupDirectory> directories)
    {
        _host = host;
        _parent = parent;
        Path = path;

        _directories = Ordered(directories);
    }

    public CgroupPath Path { get; }

    public CgroupLayout Layout => _host.Layout;

    public IReadOnlyList<CgroupDirectory> Directories => _directories;

    /// <summary>No directory of it was there before.</summary>
    public bool IsFresh => Array.TrueForAll(_directories, static directory => directory.WasMade);

    /// <summary>The directory in the v2 hierarchy, whatever that carries; null on a v1 host.</summary>
    public CgroupDirectory? Unified => Array.Find(_directories, static directory => directory.IsUnified);

    // Lists, freezes and kills: v2 where there is one, else the v1 freezer, else any.
    private CgroupDirectory? Core => Unified
        ?? Find(CgroupControllers.Freezer)
        ?? (_directories.Length > 0 ? _directories[0] : null);

    /// <summary>The directory whose hierarchy carries a controller; null where this cgroup has none.</summary>
    public CgroupDirectory? Find(CgroupControllers controller)
    {
        foreach (CgroupDirectory directory in _directories)
        {
            if ((directory.Hierarchy.Controllers & controller) != 0)
            {
                return directory;
            }
        }

        return null;
    }

    /// <summary>
    /// Whoever made it has a process in it now, which keeps others away. From then on no descriptor is held here.
    /// </summary>
    public void ReleaseClaim()
    {
        foreach (CgroupDirectory directory in _directories)
        {
            directory.ReleaseClaim();
        }
    }

    /// <summary>Opens what a new process needs to join. See <see cref="CgroupJoin"/>.</summary>
    public CgroupJoin OpenJoin(CgroupEntry entry = CgroupEntry.AtBirth)
    {
        List<CgroupTasksFile> files = new(_directories.Length);
        FileDescriptor? cloneInto = null;
        try
        {
            foreach (CgroupDirectory directory in _directories)
            {
                if (directory.IsUnified && entry == CgroupEntry.AtBirth)
                {
                    cloneInto = directory.OpenSelf(OpenFlags.Path, out Errno errno)
                        ?? throw new KernelException("openat", errno, directory.FullPath);
                }
                else
                {
                    string file = directory.IsUnified ? "cgroup.procs" : "tasks";
                    FileDescriptor tasks = directory.OpenFile(file, OpenFlags.WriteOnly, out Errno errno)
                        ?? throw new KernelException("openat", errno, $"{directory.FullPath}/{file}");
                    files.Add(new CgroupTasksFile(directory.Hierarchy.Name, tasks));
                }
            }

            return new CgroupJoin(files, cloneInto);
        }
        catch
        {
            new CgroupJoin(files, cloneInto).Dispose();
            throw;
        }
    }

    /// <summary>Opens the v2 directory, for a process to be born in; null where there is none.</summary>
    public FileDescriptor? OpenBirthplace() => Unified is not { } directory ? null
        : directory.OpenSelf(OpenFlags.Path, out Errno errno)
            ?? throw new KernelException("openat", errno, directory.FullPath);

    // The freezer is joined last: a process that joins a frozen cgroup stops right there.
    private static CgroupDirectory[] Ordered(List<CgroupDirectory> directories) =>
        [.. directories.OrderBy(static directory => Rank(directory.Hierarchy))];

    internal static int Rank(CgroupHierarchy hierarchy) =>
        (hierarchy.Controllers & CgroupControllers.Freezer) != 0 ? 1 : 0;
}
