namespace ShimService.Oci.Model;

/// <summary>
/// The scheduling class of a process's block I/O; the values are the kernel's. Source: man 2 ioprio_set.
/// </summary>
public enum IoPriorityClass
{
    Realtime = 1,
    BestEffort = 2,
    Idle = 3,
}
