namespace ShimService.Oci.Model;

/// <summary>Priority of a process's block I/O.</summary>
/// <param name="Priority">0, the highest, to 7.</param>
public sealed record IoPriority(IoPriorityClass Class, int Priority);
