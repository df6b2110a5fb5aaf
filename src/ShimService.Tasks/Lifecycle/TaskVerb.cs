namespace ShimService.Tasks.Lifecycle;

/// <summary>What can reach a task: wishes of callers, results of the engine, facts about processes.</summary>
public enum TaskVerb
{
    // Wishes.
    Start,
    Pause,
    Resume,
    Update,
    Kill,
    KillHard,
    KillAll,
    KillAllHard,
    Delete,
    ForceDelete,
    ExecAdd,
    ExecStart,

    // Results of the work in progress.
    CreateDone,
    CreateFailed,
    StartDone,
    StartFailed,
    PauseDone,
    PauseFailed,
    ResumeDone,
    ResumeFailed,
    UpdateDone,
    UpdateFailed,
    ExecLaunchDone,
    ExecLaunchFailed,
    UndoDone,
    UndoFailed,
    RemoveDone,
    RemoveFailed,

    // Facts.
    InitExited,
    ExecExited,
    OutOfMemory,
    GraceElapsed,
}
