namespace ShimService.Tasks.Lifecycle;

/// <summary>What can reach an exec.</summary>
public enum ExecVerb
{
    // Wishes. The task's table has already agreed to Start.
    Start,
    Kill,
    KillHard,
    Delete,

    // Results and facts.
    LaunchDone,
    LaunchFailed,
    Exited,
    Closed,
}
