using static ShimService.Tasks.Lifecycle.DenyReason;
using static ShimService.Tasks.Lifecycle.ExecEffect;
using static ShimService.Tasks.Lifecycle.ExecPhase;
using static ShimService.Tasks.Lifecycle.ExecVerb;
using ExecDecision = ShimService.Tasks.Lifecycle.Decision<
    ShimService.Tasks.Lifecycle.ExecPhase, ShimService.Tasks.Lifecycle.ExecEffect>;

namespace ShimService.Tasks.Lifecycle;

/// <summary>
/// The life of an extra process, as one pure and total function.
/// <code>
///         Exec          Start            launched          exit             Delete
/// (none) ─────▶ Added ───────▶ Starting ──────────▶ Running ────▶ Stopped ────────▶ Closing ──▶ Deleted
///                 │                └─────── failed ──────────────────▲                             ▲
///                 └────────────────────────── Delete ──────────────────────────────────────────────┘
///
///           Added  Starting  Running  Stopped  Closing  Deleted
/// Start     yes    state     state    state    state    unknown
/// Kill      state  wait      now      gone     gone     unknown
/// …KILL     state  cancel    now      gone     gone     unknown
/// Delete    yes    wait      state    yes      joins    unknown
/// </code>
/// A start that failed has an exit status but no exit event: there was no process.
/// </summary>
public static class ExecLifecycle
{
    public static ExecDecision Decide(ExecPhase phase, ExecVerb verb) => (phase, verb) switch
    {
        (Added, Start) => ExecDecision.Accept(Starting, Launch),
        (Added, Delete) => ExecDecision.Accept(Deleted, AwaitRemoval, Discard),

        (Starting, Kill or Delete) => ExecDecision.Wait(phase),
        (Starting, KillHard) => ExecDecision.Accept(phase, AbortLaunch, Answer),
        (Starting, LaunchDone) => ExecDecision.Accept(Running, PublishStarted),
        (Starting, LaunchFailed) => ExecDecision.Accept(Stopped, RecordFailure),

        (Running, Kill or KillHard) => ExecDecision.Accept(phase, Signal, Answer),
        (Running, Exited) => ExecDecision.Accept(Stopped, PublishExit),

        (Stopped, Delete) => ExecDecision.Accept(Closing, AwaitRemoval, CloseStdio),
        (Closing, Delete) => ExecDecision.Accept(phase, AwaitRemoval),
        (Closing, Closed) => ExecDecision.Accept(Deleted, Discard),

        (Stopped or Closing, Kill or KillHard) => ExecDecision.Deny(phase, ProcessGone),
        (Deleted, Start or Kill or KillHard or Delete) => ExecDecision.Deny(phase, Unknown),
        (_, Start or Kill or KillHard or Delete) => ExecDecision.Deny(phase, WrongState),
        _ => ExecDecision.Ignore(phase),
    };

    /// <summary>The state in the words of an answer.</summary>
    public static ProcessStatus Status(ExecPhase phase) => phase switch
    {
        Added or Starting => ProcessStatus.Created,
        Running => ProcessStatus.Running,
        Stopped or Closing => ProcessStatus.Stopped,
        Deleted => ProcessStatus.Deleted,
        _ => throw new ArgumentOutOfRangeException(nameof(phase), phase, null),
    };
}
