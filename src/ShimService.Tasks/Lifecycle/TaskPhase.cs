namespace ShimService.Tasks.Lifecycle;

/// <summary>Where a task is between two operations of the engine.</summary>
public enum TaskPhase
{
    Creating,
    Created,
    Running,
    Paused,
    Stopped,
    Deleted,
}
