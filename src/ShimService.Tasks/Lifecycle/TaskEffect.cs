namespace ShimService.Tasks.Lifecycle;

/// <summary>What the mailbox does for a decision, in the order of the decision's list.</summary>
public enum TaskEffect
{
    // Hand work to the engine; its result comes back as a verb.
    OpenGate,
    Freeze,
    Thaw,
    ChangeLimits,
    LaunchExec,
    Undo,
    Remove,
    AbortWork,

    // At once, and not fallible.
    SignalInit,
    SignalAll,
    KillEverything,
    StartGrace,
    EndExecs,
    AddExec,
    RecordStartFailure,

    // The journal.
    PublishCreate,
    PublishStart,
    PublishPaused,
    PublishResumed,
    PublishOutOfMemory,
    PublishExit,
    PublishDelete,

    /// <summary>Answers the request at hand.</summary>
    Answer,

    /// <summary>Answers who asked for the work that has just ended: with its result, or its failure.</summary>
    AnswerWork,

    /// <summary>The request at hand is answered when the task is gone.</summary>
    AwaitRemoval,

    /// <summary>Tells those who wait for the removal that it failed.</summary>
    FailRemoval,

    /// <summary>The task is over: answer who waits for the removal, forget it.</summary>
    Discard,
}
