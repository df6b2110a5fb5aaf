using ShimService.Linux.Abi;
using ShimService.Linux.Errors;
using ShimService.Linux.Native;

namespace ShimService.Linux.Cgroups;

/// <summary>
/// Makes, shares and removes the parents of container cgroups. A parent nobody lives in is kept for a moment, because
/// making and removing it would double the cost of the next lonely container, and then removed if this process made
/// it, or if it is the default parent. Any thread.
/// </summary>
internal sealed class CgroupParents : IDisposable
{
    private static readonly TimeSpan IdleTime = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly CgroupLayout _layout;
    private readonly FileDescriptor[] _roots;
    private readonly Dictionary<string, CgroupParent> _parents = new(StringComparer.Ordinal);
    private readonly ITimer _trim;

    public CgroupParents(CgroupLayout layout, FileDescriptor[] roots, TimeProvider time)
    {
        _layout = layout;
        _roots = roots;
        _trim = time.CreateTimer(static parents => ((CgroupParents)parents!).Trim(), this,
            Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>
    /// Counts one container in. Makes no directory yet: <see cref="Open"/> does, a hierarchy at a time.
    /// </summary>
    public CgroupParent Enter(string path)
    {
        lock (_lock)
        {
            if (!_parents.TryGetValue(path, out CgroupParent? parent))
            {
                parent = new CgroupParent(path, _roots.Length);
                _parents.Add(path, parent);
            }

            parent.Users++;
            return parent;
        }
    }

    /// <summary>Counts one container out.</summary>
    public void Leave(CgroupParent parent)
    {
        lock (_lock)
        {
            if (--parent.Users == 0)
            {
                _trim.Change(IdleTime, Timeout.InfiniteTimeSpan);
            }
        }
    }

    /// <summary>
    /// The parent's directory in one hierarchy, made with what leads to it. <paramref name="again"/>: the directory
    /// was found removed by somebody else, so a cached descriptor is of no use.
    /// </summary>
    public FileDescriptor Open(CgroupParent parent, int hierarchy, CgroupControllers needed, bool again)
    {
        lock (_lock)
        {
            if (again)
            {
                // Not disposed: a container of this parent may be using it; the handle's finalizer closes it.
                parent.Descriptors[hierarchy] = null;
                parent.Enabled = CgroupControllers.None;
            }

            FileDescriptor descriptor = parent.Descriptors[hierarchy] ??= MakeChain(parent, hierarchy);
            if (_layout.Hierarchies[hierarchy].Version == CgroupVersion.V2)
            {
                CgroupControllers missing = needed & _layout.Hierarchies[hierarchy].Controllers & ~parent.Enabled;
                if (missing != CgroupControllers.None)
                {
                    CgroupDelegation.Enable(_roots[hierarchy], parent.Path, missing);
                    parent.Enabled |= missing;
                }
            }

            return descriptor;
        }
    }

    public void Dispose()
    {
        _trim.Dispose();
        Trim();
    }

    private void Trim()
    {
        lock (_lock)
        {
            List<string> idle = [];
            foreach (CgroupParent parent in _parents.Values)
            {
                if (parent.Users == 0)
                {
                    RemoveDirectories(parent);
                    parent.CloseDescriptors();
                    idle.Add(parent.Path);
                }
            }

            foreach (string path in idle)
            {
                _parents.Remove(path);
            }
        }
    }

    // A refusal means that somebody lives there or removed it: both are fine.
    private void RemoveDirectories(CgroupParent parent)
    {
        for (int i = parent.Made.Count - 1; i >= 0; i--)
        {
            (int hierarchy, string path) = parent.Made[i];
            FileCalls.RemoveDirectory(_roots[hierarchy], path);
        }

        // In every hierarchy, not only where this process was: one that was killed cannot remove what it made.
        for (int i = 0; parent.Path == CgroupPath.DefaultParent && i < _roots.Length; i++)
        {
            FileCalls.RemoveDirectory(_roots[i], CgroupPath.DefaultParent[1..]);
        }
    }

    private FileDescriptor MakeChain(CgroupParent parent, int hierarchy)
    {
        const OpenFlags Flags = OpenFlags.Path;
        FileDescriptor root = _roots[hierarchy];
        string relative = parent.Path == "/" ? "." : parent.Path[1..];
        if (FileCalls.TryOpen(root, relative, Flags | OpenFlags.Directory, out Errno errno) is { } whole)
        {
            return whole;
        }

        bool inherit = (_layout.Hierarchies[hierarchy].Controllers & CgroupControllers.CpuSet) != 0
            && _layout.Hierarchies[hierarchy].Version == CgroupVersion.V1;
        FileDescriptor current = root;
        string path = "";
        foreach (string part in relative.Split('/'))
        {
            path = path.Length == 0 ? part : $"{path}/{part}";
            errno = FileCalls.MakeDirectory(current, part, 0x1ED);
            if (errno == Errno.None)
            {
                parent.Made.Add((hierarchy, path));
                if (inherit)
                {
                    CpuSetInheritance.Apply(current, part);
                }
            }
            else if (errno != Errno.EEXIST)
            {
                throw Refused("mkdirat", errno, hierarchy, path);
            }

            FileDescriptor? next =
                FileCalls.TryOpen(current, part, Flags | OpenFlags.Directory | OpenFlags.NoFollow, out errno);
            if (current != root)
            {
                current.Dispose();
            }

            current = next ?? throw Refused("openat", errno, hierarchy, path);
        }

        return current;
    }

    private KernelException Refused(string call, Errno errno, int hierarchy, string path) =>
        new(call, errno, $"{_layout.Hierarchies[hierarchy].MountPoint}/{path}", CgroupHint.ForWrite("", errno));
}
