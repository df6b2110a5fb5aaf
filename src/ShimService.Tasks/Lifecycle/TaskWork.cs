namespace ShimService.Tasks.Lifecycle;

/// <summary>What the engine is doing for a task right now: one thing at a time.</summary>
public enum TaskWork
{
    None,
    Create,
    Start,
    Pause,
    Resume,
    Update,
    ExecLaunch,

    /// <summary>A failed start is being undone.</summary>
    Undo,
    Remove,
}
