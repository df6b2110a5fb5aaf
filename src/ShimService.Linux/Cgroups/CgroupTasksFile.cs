namespace ShimService.Linux.Cgroups;

/// <summary>
/// An open tasks file of a v1 hierarchy: a process that writes "0" to it joins. Name is for the step.
/// </summary>
public sealed record CgroupTasksFile(string Name, FileDescriptor Descriptor);
