namespace ShimService.Linux.Cgroups;

/// <summary>
/// The directory containers of one parent path live in, with one descriptor a hierarchy, shared by all of them.
/// Guarded by the lock of <see cref="CgroupParents"/>.
/// </summary>
internal sealed class CgroupParent(string path, int hierarchies)
{
    /// <summary>"/" or "/a/b".</summary>
    public string Path { get; } = path;

    /// <summary>By the index of the hierarchy in the layout; null until needed.</summary>
    public FileDescriptor?[] Descriptors { get; } = new FileDescriptor?[hierarchies];

    /// <summary>v2: the controllers known to be switched on for children.</summary>
    public CgroupControllers Enabled { get; set; }

    /// <summary>
    /// Directories this process made on the way, outermost first, to be removed when nobody lives there.
    /// </summary>
    public List<(int Hierarchy, string Path)> Made { get; } = [];

    /// <summary>Containers that live here.</summary>
    public int Users { get; set; }

    public void CloseDescriptors()
    {
        foreach (FileDescriptor? descriptor in Descriptors)
        {
            descriptor?.Dispose();
        }

        Array.Clear(Descriptors);
    }
}
