namespace ShimService.Linux.Cgroups;

/// <summary>
/// How a new process gets into a container's cgroup, as descriptors opened for one launch; dispose after it.
/// </summary>
/// <remarks>
/// The launcher passes <see cref="CloneInto"/> (when not null) to clone3 with CLONE_INTO_CGROUP, and the child then
/// writes "0" to each of <see cref="TasksFiles"/> in order (the freezer is last), before it unshares or enters its
/// cgroup namespace. The files are "tasks", not "cgroup.procs": the child has one thread, and cgroup.procs takes a
/// lock that costs the first writer after idle 6 to 8 ms. On v2 the list is empty, on v1 CloneInto is null, on a
/// hybrid host both are there.
/// </remarks>
public sealed class CgroupJoin(IReadOnlyList<CgroupTasksFile> tasksFiles, FileDescriptor? cloneInto) : IDisposable
{
    public IReadOnlyList<CgroupTasksFile> TasksFiles { get; } = tasksFiles;

    public FileDescriptor? CloneInto { get; } = cloneInto;

    public void Dispose()
    {
        CloneInto?.Dispose();
        foreach (CgroupTasksFile file in TasksFiles)
        {
            file.Descriptor.Dispose();
        }
    }
}
