namespace ShimService.Tasks.Lifecycle;

/// <summary>
/// A task's or an exec's state as callers see it. An exec that was added and not started is Created.
/// </summary>
public enum ProcessStatus
{
    Creating,
    Created,
    Running,
    Pausing,
    Paused,
    Stopped,
    Deleted,
}
