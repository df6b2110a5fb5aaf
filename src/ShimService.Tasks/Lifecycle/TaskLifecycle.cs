using static ShimService.Tasks.Lifecycle.DenyReason;
using static ShimService.Tasks.Lifecycle.TaskEffect;
using static ShimService.Tasks.Lifecycle.TaskPhase;
using static ShimService.Tasks.Lifecycle.TaskVerb;
using TaskDecision = ShimService.Tasks.Lifecycle.Decision<
    ShimService.Tasks.Lifecycle.TaskState, ShimService.Tasks.Lifecycle.TaskEffect>;

namespace ShimService.Tasks.Lifecycle;

/// <summary>
/// The life of a task, as one pure and total function.
/// <code>
///            Create             Start              Pause
/// (none) ──▶ Creating ──▶ Created ──▶ Running ◀──────▶ Paused
///                │           │           │   Resume       │
///                └── failed  └── exit ───┴───── exit ─────┴──▶ Stopped ──Delete──▶ Deleted
///
///              Creating  Created  Running  Paused   exit seen  Stopped  Deleted
/// Start        wait      yes      state    state    state      state    unknown
/// Pause        wait      state    yes      state    state      state    unknown
/// Resume       wait      state    state    yes      state      state    unknown
/// Update       wait      yes      yes      yes      state      state    unknown
/// Kill(All)    wait      now      now      now      gone       gone     unknown
/// …with KILL   cancel    now      now      now+thaw gone       gone     unknown
/// ExecAdd      wait      now      now      state    state      state    unknown
/// ExecStart    wait      yes      yes      state    state      state    unknown
/// Delete       wait      kill     state    state    when done  yes      unknown
/// ForceDelete  cancel    kill     kill     kill     when done  yes      unknown
/// </code>
/// yes = hands work to the engine, after the work in progress; now = at once, also beside work in progress;
/// wait = asked again when the work in progress has ended; cancel = the launch is undone;
/// state, gone, unknown = refused.
/// An exit is told only when no work is in progress (so start comes first), and after every exec's exit.
/// Source: contract of containerd api/runtime/task/v3; OCI runtime-spec 1.3.0 runtime.md#lifecycle.
/// </summary>
public static class TaskLifecycle
{
    public static TaskDecision Decide(TaskState state, TaskVerb verb)
    {
        if (state.Phase == Deleted)
        {
            return verb < CreateDone ? TaskDecision.Deny(state, Unknown) : TaskDecision.Ignore(state);
        }

        return verb switch
        {
            Start => Work(state, state.Phase == Created, TaskWork.Start, OpenGate),
            Pause => Work(state, state.Phase == Running, TaskWork.Pause, Freeze),
            Resume => Work(state, state.Phase == Paused, TaskWork.Resume, Thaw),
            Update => Work(state, state.Phase is Created or Running or Paused, TaskWork.Update, ChangeLimits),
            ExecStart => Work(state, state.Phase is Created or Running, TaskWork.ExecLaunch, LaunchExec),
            ExecAdd => Adding(state),
            Kill => Killing(state, SignalInit),
            KillAll => Killing(state, SignalAll),
            KillHard => KillingHard(state, SignalInit),
            KillAllHard => KillingHard(state, KillEverything),
            Delete => Deleting(state),
            ForceDelete => DeletingByForce(state),
            OutOfMemory => Killed(state),
            InitExited => Exiting(state),
            ExecExited => Settle(state with { LiveExecs = Math.Max(0, state.LiveExecs - 1) }),
            GraceElapsed => Settle(state with { GraceOver = true }),
            _ => Finishing(state, verb),
        };
    }

    private static TaskDecision Work(TaskState state, bool allowed, TaskWork work, TaskEffect effect) => state switch
    {
        { IsBusy: true } => TaskDecision.Wait(state),
        { Exited: true } or { DeleteWanted: true } => TaskDecision.Deny(state, WrongState),
        _ when !allowed => TaskDecision.Deny(state, WrongState),
        _ => TaskDecision.Accept(state with { Work = work }, effect),
    };

    private static TaskDecision Adding(TaskState state) => state switch
    {
        { Phase: Creating } => TaskDecision.Wait(state),
        { Exited: true } or { DeleteWanted: true } => TaskDecision.Deny(state, WrongState),
        { Phase: Created or Running } => TaskDecision.Accept(state, AddExec, Answer),
        _ => TaskDecision.Deny(state, WrongState),
    };

    private static TaskDecision Killing(TaskState state, TaskEffect signal) => state switch
    {
        { Phase: Creating } => TaskDecision.Wait(state),
        { Exited: true } or { Phase: Stopped } => TaskDecision.Deny(state, ProcessGone),
        _ => TaskDecision.Accept(state, signal, Answer),
    };

    private static TaskDecision KillingHard(TaskState state, TaskEffect signal)
    {
        if (state.Exited || state.Phase == Stopped)
        {
            return TaskDecision.Deny(state, ProcessGone);
        }

        var next = state with { KillSent = true };
        return state switch
        {
            { Phase: Creating } => TaskDecision.Accept(next, AbortWork, Answer),

            // A frozen process dies only after a thaw, and killing everything brings that.
            { Phase: Paused } or { Work: TaskWork.Pause } => TaskDecision.Accept(next, KillEverything, Answer),
            _ => TaskDecision.Accept(next, signal, Answer),
        };
    }

    private static TaskDecision Deleting(TaskState state) => state switch
    {
        { Work: TaskWork.Remove } => TaskDecision.Accept(state, AwaitRemoval),
        { Phase: Stopped } => Settle(state with { DeleteWanted = true }, AwaitRemoval),
        { Exited: true } or { DeleteWanted: true } =>
            TaskDecision.Accept(state with { DeleteWanted = true }, AwaitRemoval),
        { IsBusy: true } => TaskDecision.Wait(state),
        { Phase: Created } => DeletingByForce(state),
        _ => TaskDecision.Deny(state, WrongState),
    };

    private static TaskDecision DeletingByForce(TaskState state)
    {
        var next = state with { DeleteWanted = true, KillSent = true };
        return state switch
        {
            { Work: TaskWork.Remove } => TaskDecision.Accept(state, AwaitRemoval),
            { Phase: Stopped } => Settle(state with { DeleteWanted = true }, AwaitRemoval),
            { Phase: Creating } => TaskDecision.Accept(next, AwaitRemoval, AbortWork),
            { Exited: true } => TaskDecision.Accept(next, AwaitRemoval, KillEverything),
            { IsBusy: true } => TaskDecision.Accept(next, AwaitRemoval, AbortWork, KillEverything),
            _ => TaskDecision.Accept(next, AwaitRemoval, KillEverything),
        };
    }

    private static TaskDecision Killed(TaskState state) => state.Phase switch
    {
        // The launch itself ran out of memory: told after the create, if it comes to that.
        Creating => TaskDecision.Wait(state),
        Stopped => TaskDecision.Ignore(state),
        _ => TaskDecision.Accept(state, PublishOutOfMemory),
    };

    private static TaskDecision Exiting(TaskState state)
    {
        if (state.Exited || state.Phase == Stopped)
        {
            return TaskDecision.Ignore(state);
        }

        var effects = new List<TaskEffect>();
        if (!state.HasPrivatePidNamespace || state.Phase == Paused)
        {
            effects.Add(KillEverything);
        }

        if (state.LiveExecs > 0 || state.Work == TaskWork.ExecLaunch)
        {
            effects.Add(StartGrace);
        }

        if (state.Work is TaskWork.Pause or TaskWork.Resume or TaskWork.Update or TaskWork.ExecLaunch)
        {
            effects.Add(AbortWork);
        }

        return Settle(state with { Exited = true }, [.. effects]);
    }

    /// <summary>Results. One that does not belong to the work in progress is a defect of the caller.</summary>
    private static TaskDecision Finishing(TaskState state, TaskVerb verb)
    {
        var idle = state with { Work = TaskWork.None };
        return (state.Work, verb) switch
        {
            (TaskWork.Create, CreateDone) => Creation(idle),
            (TaskWork.Create, CreateFailed) =>
                TaskDecision.Accept(idle with { Phase = Deleted }, AnswerWork, Discard),

            (TaskWork.Start, StartDone) => Settle(idle with { Phase = Running }, PublishStart, AnswerWork),
            (TaskWork.Start, StartFailed) => TaskDecision.Accept(
                state with { Work = TaskWork.Undo, Exited = true }, RecordStartFailure, KillEverything, TaskEffect.Undo),
            (TaskWork.Undo, UndoDone) => Settle(idle with { Removed = true }, [], AnswerWork),
            (TaskWork.Undo, UndoFailed) => Settle(idle, [], AnswerWork),

            // Killed while it was being frozen: thaw, or it never dies.
            (TaskWork.Pause, PauseDone) when state.KillSent || state.Exited =>
                Settle(idle with { Phase = Paused }, PublishPaused, AnswerWork, KillEverything),
            (TaskWork.Pause, PauseDone) => Settle(idle with { Phase = Paused }, PublishPaused, AnswerWork),
            (TaskWork.Resume, ResumeDone) => Settle(idle with { Phase = Running }, PublishResumed, AnswerWork),
            (TaskWork.Pause, PauseFailed) or (TaskWork.Resume, ResumeFailed) or
                (TaskWork.Update, UpdateDone or UpdateFailed) or (TaskWork.ExecLaunch, ExecLaunchFailed) =>
                Settle(idle, AnswerWork),

            // It may have come up after init was killed.
            (TaskWork.ExecLaunch, ExecLaunchDone) when state.Exited || state.KillSent =>
                Settle(idle with { LiveExecs = state.LiveExecs + 1 }, AnswerWork, KillEverything),
            (TaskWork.ExecLaunch, ExecLaunchDone) =>
                Settle(idle with { LiveExecs = state.LiveExecs + 1 }, AnswerWork),

            (TaskWork.Remove, RemoveDone) => TaskDecision.Accept(
                idle with { Phase = Deleted, Removed = true }, PublishDelete, Discard),
            (TaskWork.Remove, RemoveFailed) =>
                TaskDecision.Accept(idle with { DeleteWanted = false }, FailRemoval),
            _ => TaskDecision.Ignore(state),
        };
    }

    /// <summary>Created, but a kill or a forced delete came too late to cancel the launch: kill it now.</summary>
    private static TaskDecision Creation(TaskState idle)
    {
        var next = idle with { Phase = Created };
        return idle.KillSent
            ? Settle(next, PublishCreate, AnswerWork, KillEverything)
            : Settle(next, PublishCreate, AnswerWork);
    }

    private static TaskDecision Settle(TaskState state, params IReadOnlyList<TaskEffect> first) =>
        Settle(state, first, null);

    /// <summary>Tells a held exit when it may be told, and removes what is to be removed.</summary>
    private static TaskDecision Settle(TaskState state, IReadOnlyList<TaskEffect> first, TaskEffect? last)
    {
        var exits = state is { Exited: true, IsBusy: false, Phase: Created or Running or Paused }
            && (state.LiveExecs == 0 || state.GraceOver);
        var next = exits ? state with { Phase = Stopped, LiveExecs = 0 } : state;
        var removes = next is { Phase: Stopped, DeleteWanted: true, IsBusy: false };
        if (!exits && !removes && last is null)
        {
            return TaskDecision.Accept(next, first);
        }

        var effects = new List<TaskEffect>(first);
        if (exits)
        {
            if (state.LiveExecs > 0)
            {
                effects.Add(EndExecs);
            }

            effects.Add(PublishExit);
        }

        if (last is { } effect)
        {
            effects.Add(effect);
        }

        if (removes)
        {
            effects.Add(Remove);
            next = next with { Work = TaskWork.Remove };
        }

        return TaskDecision.Accept(next, effects);
    }
}
