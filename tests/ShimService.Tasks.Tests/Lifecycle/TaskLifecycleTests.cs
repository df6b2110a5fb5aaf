using ShimService.Tasks.Lifecycle;

namespace ShimService.Tasks.Tests.Lifecycle;

/// <summary>The drawn table, row by row.</summary>
public sealed class TaskLifecycleTests
{
    private static readonly TaskState[] Columns =
    [
        TaskState.Initial,
        new(TaskPhase.Created, TaskWork.None),
        new(TaskPhase.Running, TaskWork.None),
        new(TaskPhase.Paused, TaskWork.None),
        new(TaskPhase.Running, TaskWork.None) { Exited = true, LiveExecs = 1 },
        new(TaskPhase.Stopped, TaskWork.None) { Exited = true },
        new(TaskPhase.Deleted, TaskWork.None) { Exited = true },
    ];

    [Theory]
    [InlineData(TaskVerb.Start, "wait yes state state state state unknown")]
    [InlineData(TaskVerb.Pause, "wait state yes state state state unknown")]
    [InlineData(TaskVerb.Resume, "wait state state yes state state unknown")]
    [InlineData(TaskVerb.Update, "wait yes yes yes state state unknown")]
    [InlineData(TaskVerb.Kill, "wait now now now gone gone unknown")]
    [InlineData(TaskVerb.KillAll, "wait now now now gone gone unknown")]
    [InlineData(TaskVerb.KillHard, "cancel now now kill gone gone unknown")]
    [InlineData(TaskVerb.KillAllHard, "cancel kill kill kill gone gone unknown")]
    [InlineData(TaskVerb.ExecAdd, "wait now now state state state unknown")]
    [InlineData(TaskVerb.ExecStart, "wait yes yes state state state unknown")]
    [InlineData(TaskVerb.Delete, "wait kill state state done yes unknown")]
    [InlineData(TaskVerb.ForceDelete, "cancel kill kill kill kill yes unknown")]
    public void Decide_WhenWishMeetsState_ThenAsDrawn(TaskVerb verb, string row)
    {
        var actual = Columns.Select(state => Name(state, TaskLifecycle.Decide(state, verb)));

        Assert.Equal(row, string.Join(' ', actual));
    }

    [Theory]
    [InlineData(TaskWork.Start, TaskVerb.Pause)]
    [InlineData(TaskWork.Pause, TaskVerb.ExecStart)]
    [InlineData(TaskWork.ExecLaunch, TaskVerb.Pause)]
    [InlineData(TaskWork.Update, TaskVerb.Delete)]
    public void Decide_WhenWorkIsInProgress_ThenOtherWorkWaits(TaskWork work, TaskVerb verb)
    {
        var decision = TaskLifecycle.Decide(new TaskState(TaskPhase.Running, work), verb);

        Assert.Equal(DecisionKind.Wait, decision.Kind);
    }

    [Theory]
    [InlineData(TaskWork.Start)]
    [InlineData(TaskWork.Pause)]
    [InlineData(TaskWork.Resume)]
    [InlineData(TaskWork.Update)]
    [InlineData(TaskWork.ExecLaunch)]
    public void Decide_WhenKilledDuringWork_ThenNotDelayed(TaskWork work)
    {
        var decision = TaskLifecycle.Decide(new TaskState(TaskPhase.Running, work), TaskVerb.KillHard);

        Assert.Equal(DecisionKind.Accept, decision.Kind);
    }

    [Fact]
    public void Decide_WhenInitExitsBeforeStartIsDone_ThenStartIsToldFirst()
    {
        var starting = new TaskState(TaskPhase.Created, TaskWork.Start) { HasPrivatePidNamespace = true };

        var exit = TaskLifecycle.Decide(starting, TaskVerb.InitExited);
        var done = TaskLifecycle.Decide(exit.Next, TaskVerb.StartDone);

        Assert.Empty(exit.Effects);
        Assert.Equal([TaskEffect.PublishStart, TaskEffect.AnswerWork, TaskEffect.PublishExit], done.Effects);
        Assert.Equal(TaskPhase.Stopped, done.Next.Phase);
    }

    [Fact]
    public void Decide_WhenInitExitsWithExecsAlive_ThenExitIsHeldUntilTheLast()
    {
        var running = new TaskState(TaskPhase.Running, TaskWork.None) { LiveExecs = 2 };

        var exit = TaskLifecycle.Decide(running, TaskVerb.InitExited);
        var first = TaskLifecycle.Decide(exit.Next, TaskVerb.ExecExited);
        var second = TaskLifecycle.Decide(first.Next, TaskVerb.ExecExited);

        Assert.Equal([TaskEffect.KillEverything, TaskEffect.StartGrace], exit.Effects);
        Assert.Empty(first.Effects);
        Assert.Equal([TaskEffect.PublishExit], second.Effects);
    }

    [Fact]
    public void Decide_WhenGraceIsOver_ThenExecsAreEndedBeforeInit()
    {
        var waiting = new TaskState(TaskPhase.Running, TaskWork.None) { LiveExecs = 1, Exited = true };

        var decision = TaskLifecycle.Decide(waiting, TaskVerb.GraceElapsed);

        Assert.Equal([TaskEffect.EndExecs, TaskEffect.PublishExit], decision.Effects);
    }

    [Fact]
    public void Decide_WhenExecComesUpAfterInitExited_ThenItIsCountedAndKilled()
    {
        var launching = new TaskState(TaskPhase.Running, TaskWork.ExecLaunch) { Exited = true };

        var decision = TaskLifecycle.Decide(launching, TaskVerb.ExecLaunchDone);

        Assert.Equal([TaskEffect.AnswerWork, TaskEffect.KillEverything], decision.Effects);
        Assert.Equal(1, decision.Next.LiveExecs);
        Assert.Equal(TaskPhase.Running, decision.Next.Phase);
    }

    [Fact]
    public void Decide_WhenStartFails_ThenUndoneBeforeTheExitIsTold()
    {
        var starting = new TaskState(TaskPhase.Created, TaskWork.Start);

        var failed = TaskLifecycle.Decide(starting, TaskVerb.StartFailed);
        var undone = TaskLifecycle.Decide(failed.Next, TaskVerb.UndoDone);

        Assert.Equal([TaskEffect.RecordStartFailure, TaskEffect.KillEverything, TaskEffect.Undo], failed.Effects);
        Assert.Equal([TaskEffect.PublishExit, TaskEffect.AnswerWork], undone.Effects);
        Assert.True(undone.Next.Removed);
    }

    [Fact]
    public void Decide_WhenKilledWhileBeingFrozen_ThenThawedToDie()
    {
        var pausing = new TaskState(TaskPhase.Running, TaskWork.Pause);

        var killed = TaskLifecycle.Decide(pausing, TaskVerb.KillHard);
        var paused = TaskLifecycle.Decide(killed.Next, TaskVerb.PauseDone);

        Assert.Contains(TaskEffect.KillEverything, killed.Effects);
        Assert.Contains(TaskEffect.KillEverything, paused.Effects);
    }

    [Fact]
    public void Decide_WhenCreateFails_ThenNothingIsTold()
    {
        var decision = TaskLifecycle.Decide(TaskState.Initial, TaskVerb.CreateFailed);

        Assert.Equal([TaskEffect.AnswerWork, TaskEffect.Discard], decision.Effects);
    }

    [Fact]
    public void Decide_WhenRemovalFails_ThenItCanBeAskedAgain()
    {
        var removing = new TaskState(TaskPhase.Stopped, TaskWork.Remove) { Exited = true, DeleteWanted = true };

        var failed = TaskLifecycle.Decide(removing, TaskVerb.RemoveFailed);
        var again = TaskLifecycle.Decide(failed.Next, TaskVerb.Delete);

        Assert.Equal([TaskEffect.FailRemoval], failed.Effects);
        Assert.Equal([TaskEffect.AwaitRemoval, TaskEffect.Remove], again.Effects);
    }

    private static string Name(TaskState state, Decision<TaskState, TaskEffect> decision) => decision switch
    {
        { Kind: DecisionKind.Wait } => "wait",
        { Reason: DenyReason.WrongState } => "state",
        { Reason: DenyReason.ProcessGone } => "gone",
        { Reason: DenyReason.Unknown } => "unknown",
        _ when decision.Effects.Contains(TaskEffect.AbortWork) => "cancel",
        _ when decision.Effects.Contains(TaskEffect.KillEverything) => "kill",
        _ when decision.Next.Work != state.Work => "yes",
        _ when decision.Effects.Contains(TaskEffect.AwaitRemoval) => "done",
        _ => "now",
    };
}
