using ShimService.Tasks.Errors;
using ShimService.Tasks.Events;
using ShimService.Tasks.Lifecycle;
using ShimService.Tasks.Ports;
using ShimService.Tasks.Supervision;
using ShimService.Tasks.Values;
using ShimService.Tasks.Views;
using ShimService.Testing.Fakes;
using static ShimService.Tasks.Tests.Supervision.World;

namespace ShimService.Tasks.Tests.Supervision;

public sealed class TaskManagerTests
{
    private readonly World _world = new();

    [Fact]
    public async Task Life_WhenOrdinary_ThenEventsInOrder()
    {
        await _world.RunAsync("c1");
        _world.Container("c1").InitProcess.Exit(7);
        var exit = await _world.Tasks.WaitAsync(Id("c1"), null, Limit);
        var deleted = await _world.Tasks.DeleteAsync(Id("c1"), null, Limit);

        Assert.Equal(7, exit.Status);
        Assert.Equal(exit, deleted.Exit);
        Assert.Equal("Create Start Exit Delete", _world.Topics("c1"));
        Assert.Equal(0, _world.Tasks.Count);
    }

    [Fact]
    public async Task Start_WhenTheProcessDiesAtOnce_ThenItStartedBeforeItExited()
    {
        await _world.CreateAsync("c1");
        _world.Engine.Calls.Hold("start");
        var start = _world.StartAsync("c1");
        await _world.Engine.Calls.CalledAsync("start");
        _world.Container("c1").InitProcess.Exit(0);
        _world.Time.Advance(TimeSpan.FromMilliseconds(2));
        _world.Engine.Calls.LetAllGo();
        await start;
        var exit = await _world.Tasks.WaitAsync(Id("c1"), null, Limit);

        var started = _world.Events("c1").Single(happened => happened.Topic == TaskTopic.Start);
        Assert.True(started.At <= exit.At, $"{started.At:O} {exit.At:O}");
    }

    [Fact]
    public async Task Create_WhenIdIsTaken_ThenAlreadyExists()
    {
        _world.Engine.Calls.Hold("create");
        var first = _world.CreateAsync("c1");

        var failure = await Assert.ThrowsAsync<TaskException>(() => _world.CreateAsync("c1"));
        _world.Engine.Calls.LetAllGo();
        await first;

        Assert.Equal(ErrorKind.AlreadyExists, failure.Kind);
    }

    [Fact]
    public async Task Create_WhenItFails_ThenNoEventAndTheIdIsFree()
    {
        _world.Engine.Calls.Fail("create", FakeEngine.Fault("mount proc", "EPERM"));

        var failure = await Assert.ThrowsAsync<TaskException>(() => _world.CreateAsync("c1"));
        await _world.CreateAsync("c1");

        Assert.Equal("mount proc", failure.Step);
        Assert.Equal("Create", _world.Topics("c1"));
    }

    [Fact]
    public async Task Create_WhenKilledMeanwhile_ThenCancelledAndNoEvent()
    {
        _world.Engine.Calls.Hold("create");
        var create = _world.CreateAsync("c1");
        await _world.Engine.Calls.CalledAsync("create");

        await _world.Tasks.KillAsync(Id("c1"), null, Signal.Kill, KillScope.Process, Limit);
        var failure = await Assert.ThrowsAsync<TaskException>(() => create);

        Assert.Equal(ErrorKind.Aborted, failure.Kind);
        Assert.Equal("", _world.Topics("c1"));
        Assert.Equal(0, _world.Tasks.Count);
    }

    [Fact]
    public async Task ForceDelete_WhenCreateIsInProgress_ThenLaunchIsCancelled()
    {
        _world.Engine.Calls.Hold("create");
        var create = _world.CreateAsync("c1");
        await _world.Engine.Calls.CalledAsync("create");

        await _world.Tasks.ForceDeleteAsync(Id("c1"), Limit);

        await Assert.ThrowsAsync<TaskException>(() => create);
        Assert.Equal(0, _world.Tasks.Count);
    }

    [Fact]
    public async Task Wait_WhenKilledBeforeItWasCreated_ThenAborted()
    {
        _world.Engine.Calls.Hold("create");
        var create = _world.CreateAsync("c1");
        await _world.Engine.Calls.CalledAsync("create");
        var wait = _world.Tasks.WaitAsync(Id("c1"), null, Limit);

        await _world.Tasks.ForceDeleteAsync(Id("c1"), Limit);

        await Assert.ThrowsAsync<TaskException>(() => create);
        var failure = await Assert.ThrowsAsync<TaskException>(() => wait);
        Assert.Equal(ErrorKind.Aborted, failure.Kind);
    }

    [Fact]
    public async Task ForceDelete_WhenRunningWithExecs_ThenKilledAndGone()
    {
        await _world.RunAsync("c1");
        await _world.ExecAsync("c1", "e1");

        var result = await _world.Tasks.ForceDeleteAsync(Id("c1"), Limit);

        Assert.Equal(137, result.Exit!.Status);
        Assert.Equal("Create Start ExecAdded:e1 ExecStarted:e1 Exit:e1 Exit Delete", _world.Topics("c1"));
    }

    [Fact]
    public async Task Create_WhenCallerGivesUp_ThenTheTaskIsMadeAllTheSame()
    {
        _world.Engine.Calls.Hold("create");
        using var cancel = new CancellationTokenSource();
        var create = _world.Tasks.CreateAsync(new ContainerRequest(Id("c1"), "/b", [], NoStdio), cancel.Token);
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => create);
        _world.Engine.Calls.LetAllGo();
        await _world.StartAsync("c1");

        Assert.Equal(ProcessStatus.Running, _world.Tasks.Get(Id("c1")).Status);
    }

    [Fact]
    public async Task Exit_WhenItComesBeforeStartIsDone_ThenToldAfterStart()
    {
        await _world.CreateAsync("c1");
        _world.Engine.Calls.Hold("start");
        var start = _world.StartAsync("c1");
        await _world.Engine.Calls.CalledAsync("start");
        _world.Container("c1").InitProcess.Exit(0);
        _world.Engine.Calls.LetAllGo();

        var pid = await start;
        await _world.Tasks.WaitAsync(Id("c1"), null, Limit);

        Assert.Equal("Create Start Exit", _world.Topics("c1"));
        Assert.Equal(pid, _world.Tasks.Get(Id("c1")).Pid);
    }

    [Theory]
    [InlineData("execve /bin/none", "ENOENT", 127)]
    [InlineData("execve /etc/passwd", "EACCES", 126)]
    [InlineData("set user", "EPERM", 128)]
    public async Task Start_WhenItFails_ThenUndoneAndStatusRecorded(string step, string errno, int status)
    {
        await _world.CreateAsync("c1");
        _world.Engine.Calls.Fail("start", FakeEngine.Fault(step, errno));

        var failure = await Assert.ThrowsAsync<TaskException>(() => _world.StartAsync("c1"));
        var exit = await _world.Tasks.WaitAsync(Id("c1"), null, Limit);
        await _world.Tasks.DeleteAsync(Id("c1"), null, Limit);

        Assert.Equal(step, failure.Step);
        Assert.Equal(status, exit.Status);
        Assert.Equal(1, _world.Container("c1").Deletes);
        Assert.True(_world.Container("c1").InitProcess.Streams.Closed);
        Assert.Equal("Create Exit Delete", _world.Topics("c1"));
    }

    [Fact]
    public async Task Wish_WhenStateIsWrong_ThenStateAndVerbAreNamed()
    {
        await _world.CreateAsync("c1");

        var failure = await Assert.ThrowsAsync<TaskException>(() => _world.Tasks.PauseAsync(Id("c1"), Limit));

        Assert.Equal(ErrorKind.FailedPrecondition, failure.Kind);
        Assert.Equal("CREATED", failure.State);
        Assert.Equal("pause", failure.Verb);
        Assert.Equal("cannot pause container \"c1\": it is CREATED", failure.Message);
    }

    [Fact]
    public async Task Kill_WhenTheProcessHasExited_ThenNotFound()
    {
        await _world.RunAsync("c1");
        _world.Container("c1").InitProcess.Exit(0);
        await _world.Tasks.WaitAsync(Id("c1"), null, Limit);

        var failure = await Assert.ThrowsAsync<TaskException>(
            () => _world.Tasks.KillAsync(Id("c1"), null, Signal.Terminate, KillScope.Process, Limit));

        Assert.Equal(ErrorKind.NotFound, failure.Kind);
        Assert.Equal(ErrorReason.ProcessGone, failure.Reason);
    }

    [Fact]
    public async Task Kill_WhenWorkHangs_ThenItOvertakes()
    {
        await _world.RunAsync("c1");
        _world.Engine.Calls.Hold("update");
        var update = _world.Tasks.UpdateAsync(Id("c1"), "{}"u8.ToArray(), Limit);
        await _world.Engine.Calls.CalledAsync("update");

        await _world.Tasks.KillAsync(Id("c1"), null, Signal.Kill, KillScope.Process, Limit);
        var exit = await _world.Tasks.WaitAsync(Id("c1"), null, Limit);

        Assert.Equal(137, exit.Status);
        await Assert.ThrowsAsync<TaskException>(() => update);
    }

    [Fact]
    public async Task Pause_WhenExecIsBeingLaunched_ThenTheyExcludeEachOther()
    {
        await _world.RunAsync("c1");
        await _world.AddExecAsync("c1", "e1");
        _world.Engine.Calls.Hold("exec");
        var exec = _world.Tasks.StartAsync(Id("c1"), Exec("e1"), Limit);
        await _world.Engine.Calls.CalledAsync("exec");
        var pause = _world.Tasks.PauseAsync(Id("c1"), Limit);

        Assert.DoesNotContain("pause", _world.Engine.Calls.Log);
        _world.Engine.Calls.LetAllGo();
        await exec;
        await pause;

        Assert.Equal(ProcessStatus.Paused, _world.Tasks.Get(Id("c1")).Status);
    }

    [Fact]
    public async Task Exit_WhenExecsOutliveKilledInit_ThenEndedAfterGrace()
    {
        _world.Engine.PrivatePids = false;
        await _world.RunAsync("c1");
        var exec = await _world.ExecAsync("c1", "e1");
        _world.Container("c1").KillReachesExecs = false;

        _world.Container("c1").InitProcess.Exit(0);
        var wait = _world.Tasks.WaitAsync(Id("c1"), null, Limit);
        await _world.Time.TimerSetAsync();
        Assert.False(wait.IsCompleted);
        _world.Time.Advance(TimeSpan.FromSeconds(3));
        await wait;
        exec.Exit(3);
        await _world.Tasks.DeleteAsync(Id("c1"), null, Limit);

        Assert.Equal("Create Start ExecAdded:e1 ExecStarted:e1 Exit:e1 Exit Delete", _world.Topics("c1"));
        Assert.Equal(137, _world.Events("c1").First(happened => happened.Exit is not null).Exit!.Status);
    }

    [Fact]
    public async Task Exit_WhenPidNamespaceIsShared_ThenTheRestIsKilled()
    {
        _world.Engine.PrivatePids = false;
        await _world.RunAsync("c1");
        await _world.ExecAsync("c1", "e1");

        _world.Container("c1").InitProcess.Exit(0);
        await _world.Tasks.WaitAsync(Id("c1"), null, Limit);

        Assert.Equal("Create Start ExecAdded:e1 ExecStarted:e1 Exit:e1 Exit", _world.Topics("c1"));
    }

    [Fact]
    public async Task OutOfMemory_WhenItKills_ThenToldBeforeTheExit()
    {
        await _world.RunAsync("c1");
        var container = _world.Container("c1");

        container.Observer.OutOfMemoryKilled();
        container.InitProcess.Exit(137, oomKilled: true);
        await _world.Tasks.WaitAsync(Id("c1"), null, Limit);

        Assert.Equal("Create Start OutOfMemory Exit", _world.Topics("c1"));
        Assert.True(_world.Tasks.Get(Id("c1")).OomKilled);
    }

    [Fact]
    public void Decide_WhenOutOfMemoryDuringCreate_ThenToldAfterIt()
    {
        var decision = TaskLifecycle.Decide(TaskState.Initial, TaskVerb.OutOfMemory);

        Assert.Equal(DecisionKind.Wait, decision.Kind);
    }

    [Fact]
    public async Task Delete_WhenNotStarted_ThenKilledAndGone()
    {
        await _world.CreateAsync("c1");

        var result = await _world.Tasks.DeleteAsync(Id("c1"), null, Limit);

        Assert.Equal(137, result.Exit!.Status);
        Assert.Equal("Create Exit Delete", _world.Topics("c1"));
    }

    [Fact]
    public async Task Delete_WhenRunning_ThenRefused()
    {
        await _world.RunAsync("c1");

        var failure = await Assert.ThrowsAsync<TaskException>(
            () => _world.Tasks.DeleteAsync(Id("c1"), null, Limit));

        Assert.Equal("RUNNING", failure.State);
    }

    [Fact]
    public async Task Delete_WhenAskedAgain_ThenSameResultForAWhile()
    {
        await _world.RunAsync("c1");
        _world.Container("c1").InitProcess.Exit(7);
        await _world.Tasks.WaitAsync(Id("c1"), null, Limit);
        _world.Engine.Calls.Hold("delete");
        var first = _world.Tasks.DeleteAsync(Id("c1"), null, Limit);
        await _world.Engine.Calls.CalledAsync("delete");
        var second = _world.Tasks.DeleteAsync(Id("c1"), null, Limit);
        _world.Engine.Calls.LetAllGo();

        var result = await first;
        Assert.Equal(result, await second);
        Assert.Equal(result, await _world.Tasks.DeleteAsync(Id("c1"), null, Limit));
        _world.Time.Advance(TimeSpan.FromSeconds(61));
        await Assert.ThrowsAsync<TaskException>(() => _world.Tasks.DeleteAsync(Id("c1"), null, Limit));
        Assert.Equal(1, _world.Container("c1").Deletes);
    }

    [Fact]
    public async Task Delete_WhenItFails_ThenItCanBeAskedAgain()
    {
        await _world.RunAsync("c1");
        _world.Container("c1").InitProcess.Exit(7);
        await _world.Tasks.WaitAsync(Id("c1"), null, Limit);
        _world.Engine.Calls.Fail("delete", FakeEngine.Fault("remove cgroup", "EBUSY"));

        await Assert.ThrowsAsync<TaskException>(() => _world.Tasks.DeleteAsync(Id("c1"), null, Limit));
        var result = await _world.Tasks.DeleteAsync(Id("c1"), null, Limit);

        Assert.Equal(7, result.Exit!.Status);
        Assert.Equal("Create Start Exit Delete", _world.Topics("c1"));
    }

    [Theory]
    [InlineData(false, 2)]
    [InlineData(true, 8)]
    public async Task Delete_WhenOutputDoesNotEnd_ThenWaitsLongerForAReaderThanForAQuietChild(bool pending, int seconds)
    {
        await _world.RunAsync("c1");
        var streams = _world.Container("c1").InitProcess.Streams;
        streams.Undrained = new TaskCompletionSource();
        streams.IsPending = pending;
        _world.Container("c1").InitProcess.Exit(0);
        await _world.Tasks.WaitAsync(Id("c1"), null, Limit);

        var delete = _world.Tasks.DeleteAsync(Id("c1"), null, Limit);
        await _world.Time.TimerSetAsync();
        if (pending)
        {
            _world.Time.Advance(TimeSpan.FromSeconds(2));
            await _world.Time.TimerSetAsync();
        }

        Assert.False(delete.IsCompleted);
        _world.Time.Advance(TimeSpan.FromSeconds(pending ? seconds - 2 : seconds));
        await delete;

        Assert.True(streams.Closed);
    }

    [Fact]
    public async Task Delete_WhenTheReaderOfTheOutputHasGone_ThenAnswersAtOnce()
    {
        await _world.RunAsync("c1");
        var streams = _world.Container("c1").InitProcess.Streams;
        streams.Undrained = new TaskCompletionSource();
        streams.IsPending = true;
        streams.IsForsaken = true;
        _world.Container("c1").InitProcess.Exit(0);
        await _world.Tasks.WaitAsync(Id("c1"), null, Limit);

        await _world.Tasks.DeleteAsync(Id("c1"), null, Limit);

        Assert.True(streams.Closed);
    }

    [Fact]
    public async Task Delete_WhenAChildKeepsTheOutputOfALongGoneProcess_ThenAnswersAtOnce()
    {
        await _world.RunAsync("c1");
        var process = await _world.ExecAsync("c1", "e1");
        process.Streams.Undrained = new TaskCompletionSource();
        process.Exit(0);
        await _world.Tasks.WaitAsync(Id("c1"), Exec("e1"), Limit);
        _world.Time.Advance(TimeSpan.FromSeconds(3));

        await _world.Tasks.DeleteAsync(Id("c1"), Exec("e1"), Limit);

        Assert.True(process.Streams.Closed);
    }

    [Fact]
    public async Task ReadProcesses_WhenStopped_ThenInitIsStillListed()
    {
        await _world.RunAsync("c1");
        _world.Container("c1").InitProcess.Exit(0);
        await _world.Tasks.WaitAsync(Id("c1"), null, Limit);

        var processes = _world.Tasks.ReadProcesses(Id("c1"));

        Assert.Equal(_world.Container("c1").Init.Pid, Assert.Single(processes).Pid);
    }

    [Fact]
    public async Task Shutdown_WhenTasksAreLeft_ThenRememberedUntilTheLastIsGone()
    {
        await _world.CreateAsync("c1");
        _world.Tasks.RequestShutdown();
        Assert.False(_world.Tasks.Shutdown.IsCompleted);

        await _world.Tasks.ForceDeleteAsync(Id("c1"), Limit);
        await _world.Tasks.Shutdown.WaitAsync(Limit);

        var failure = await Assert.ThrowsAsync<TaskException>(() => _world.CreateAsync("c2"));
        Assert.Equal(ErrorReason.ShuttingDown, failure.Reason);
    }

    [Fact]
    public async Task Shutdown_WhenAContainerIsExpected_ThenItWaitsForIt()
    {
        _world.Tasks.Expect(Id("c1"));
        _world.Tasks.RequestShutdown();
        Assert.False(_world.Tasks.Shutdown.IsCompleted);

        await _world.CreateAsync("c1");
        await _world.Tasks.ForceDeleteAsync(Id("c1"), Limit);
        await _world.Tasks.Shutdown.WaitAsync(Limit);

        var failure = Assert.Throws<TaskException>(() => _world.Tasks.Expect(Id("c2")));
        Assert.Equal((ErrorKind.Unavailable, ErrorReason.ShuttingDown), (failure.Kind, failure.Reason));
    }

    [Fact]
    public async Task Shutdown_WhenTheExpectedNeverCame_ThenGrantedAfterAWhile()
    {
        var world = new World(new TaskOptions { ExpectFor = TimeSpan.Zero });
        world.Tasks.Expect(Id("c1"));

        world.Tasks.RequestShutdown();

        await world.Tasks.Shutdown.WaitAsync(Limit);
    }

    [Fact]
    public async Task Stats_WhenNothingIsCountedAnyMore_ThenNotFound()
    {
        await _world.CreateAsync("c1");

        Assert.Equal(ErrorKind.NotFound, Assert.Throws<TaskException>(() => _world.Tasks.ReadCounters(Id("c1"))).Kind);
    }

    [Fact]
    public async Task Requests_WhenTooManyWait_ThenRefused()
    {
        var world = new World(new TaskOptions { MaximumWaiting = 1 });
        await world.RunAsync("c1");
        world.Engine.Calls.Hold("update");
        var first = world.Tasks.UpdateAsync(Id("c1"), "{}"u8.ToArray(), Limit);
        await world.Engine.Calls.CalledAsync("update");
        var second = world.Tasks.PauseAsync(Id("c1"), Limit);

        var failure = await Assert.ThrowsAsync<TaskException>(() => world.Tasks.PauseAsync(Id("c1"), Limit));
        world.Engine.Calls.LetAllGo();
        await first;
        await second;

        Assert.Equal(ErrorKind.ResourceExhausted, failure.Kind);
    }

    [Fact]
    public async Task Wait_WhenThousandsArePending_ThenAllAreAnswered()
    {
        await _world.RunAsync("c1");
        var waits = Enumerable.Range(0, 5000).Select(_ => _world.Tasks.WaitAsync(Id("c1"), null, Limit)).ToArray();

        _world.Container("c1").InitProcess.Exit(4);

        Assert.All(await Task.WhenAll(waits), exit => Assert.Equal(4, exit.Status));
    }
}
