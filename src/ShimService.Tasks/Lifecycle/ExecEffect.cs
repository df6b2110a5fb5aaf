namespace ShimService.Tasks.Lifecycle;

/// <summary>What the mailbox does for an exec's decision, in order.</summary>
public enum ExecEffect
{
    Launch,
    AbortLaunch,
    Signal,
    CloseStdio,
    RecordFailure,
    PublishStarted,
    PublishExit,
    Answer,
    AwaitRemoval,

    /// <summary>Answers who waits for the removal and forgets the exec.</summary>
    Discard,
}
