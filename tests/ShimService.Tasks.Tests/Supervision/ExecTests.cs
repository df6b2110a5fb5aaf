using ShimService.Tasks.Errors;
using ShimService.Tasks.Lifecycle;
using ShimService.Tasks.Ports;
using ShimService.Tasks.Values;
using ShimService.Tasks.Views;
using ShimService.Testing.Fakes;
using static ShimService.Tasks.Tests.Supervision.World;

namespace ShimService.Tasks.Tests.Supervision;

public sealed class ExecTests
{
    private readonly World _world = new();

    [Fact]
    public async Task Exec_WhenOrdinary_ThenEventsInOrderAndResultAnswered()
    {
        await _world.RunAsync("c1");
        var process = await _world.ExecAsync("c1", "e1");
        process.Exit(3);
        var exit = await _world.Tasks.WaitAsync(Id("c1"), Exec("e1"), Limit);
        var deleted = await _world.Tasks.DeleteAsync(Id("c1"), Exec("e1"), Limit);
        var again = await _world.Tasks.DeleteAsync(Id("c1"), Exec("e1"), Limit);

        Assert.Equal(3, exit.Status);
        Assert.Equal(process.Pid, deleted.Pid);
        Assert.Equal(deleted, again);
        Assert.True(process.Streams.Closed);
        Assert.Equal("Create Start ExecAdded:e1 ExecStarted:e1 Exit:e1", _world.Topics("c1"));
    }

    [Fact]
    public async Task AddExec_WhenIdIsTaken_ThenAlreadyExists()
    {
        await _world.RunAsync("c1");
        await _world.AddExecAsync("c1", "e1");

        var failure = await Assert.ThrowsAsync<TaskException>(() => _world.AddExecAsync("c1", "e1"));

        Assert.Equal(ErrorReason.ExecExists, failure.Reason);
    }

    [Fact]
    public async Task AddExec_WhenTheSpecIsBad_ThenTheFieldIsNamedAndTheIdIsFree()
    {
        await _world.RunAsync("c1");
        var bad = new ExecRequest(Exec("e1"), default, NoStdio);

        var failure = await Assert.ThrowsAsync<TaskException>(() => _world.Tasks.AddExecAsync(Id("c1"), bad, Limit));
        await _world.AddExecAsync("c1", "e1");

        Assert.Equal("process", failure.Field);
    }

    [Fact]
    public async Task Start_WhenLaunchFails_ThenWaitReturnsAndNothingWasRunning()
    {
        await _world.RunAsync("c1");
        await _world.AddExecAsync("c1", "e1");
        _world.Engine.Calls.Fail("exec", FakeEngine.Fault("execve /none", "ENOENT"));

        await Assert.ThrowsAsync<TaskException>(() => _world.Tasks.StartAsync(Id("c1"), Exec("e1"), Limit));
        var exit = await _world.Tasks.WaitAsync(Id("c1"), Exec("e1"), Limit);
        _world.Container("c1").InitProcess.Exit(0);
        await _world.Tasks.WaitAsync(Id("c1"), null, Limit);

        Assert.Equal(127, exit.Status);
        Assert.Equal("Create Start ExecAdded:e1 Exit", _world.Topics("c1"));
    }

    [Fact]
    public async Task Delete_WhenNeverStarted_ThenGoneWithoutExit()
    {
        await _world.RunAsync("c1");
        await _world.AddExecAsync("c1", "e1");

        var result = await _world.Tasks.DeleteAsync(Id("c1"), Exec("e1"), Limit);

        Assert.Null(result.Pid);
        Assert.Null(result.Exit);
        Assert.Empty(_world.Tasks.Get(Id("c1")).Execs);
    }

    [Fact]
    public async Task Delete_WhenRunning_ThenRefused()
    {
        await _world.RunAsync("c1");
        await _world.ExecAsync("c1", "e1");

        var failure = await Assert.ThrowsAsync<TaskException>(
            () => _world.Tasks.DeleteAsync(Id("c1"), Exec("e1"), Limit));

        Assert.Equal("RUNNING", failure.State);
    }

    [Fact]
    public async Task Kill_WhenNotStarted_ThenFailedPrecondition()
    {
        await _world.RunAsync("c1");
        await _world.AddExecAsync("c1", "e1");

        var failure = await Assert.ThrowsAsync<TaskException>(() => KillAsync(Signal.Terminate));

        Assert.Equal(ErrorKind.FailedPrecondition, failure.Kind);
    }

    [Fact]
    public async Task Kill_WhenLaunchHangs_ThenLaunchIsCancelled()
    {
        await _world.RunAsync("c1");
        await _world.AddExecAsync("c1", "e1");
        _world.Engine.Calls.Hold("exec");
        var start = _world.Tasks.StartAsync(Id("c1"), Exec("e1"), Limit);
        await _world.Engine.Calls.CalledAsync("exec");

        await KillAsync(Signal.Kill);
        var failure = await Assert.ThrowsAsync<TaskException>(() => start);

        Assert.Equal(ErrorKind.Aborted, failure.Kind);
        Assert.Equal(137, (await _world.Tasks.WaitAsync(Id("c1"), Exec("e1"), Limit)).Status);
    }

    [Fact]
    public async Task Kill_WhenExited_ThenNotFound()
    {
        await _world.RunAsync("c1");
        (await _world.ExecAsync("c1", "e1")).Exit(0);
        await _world.Tasks.WaitAsync(Id("c1"), Exec("e1"), Limit);

        var failure = await Assert.ThrowsAsync<TaskException>(() => KillAsync(Signal.Terminate));

        Assert.Equal(ErrorKind.NotFound, failure.Kind);
    }

    [Fact]
    public async Task Start_WhenTaskIsPaused_ThenRefused()
    {
        await _world.RunAsync("c1");
        await _world.AddExecAsync("c1", "e1");
        await _world.Tasks.PauseAsync(Id("c1"), Limit);

        var failure = await Assert.ThrowsAsync<TaskException>(
            () => _world.Tasks.StartAsync(Id("c1"), Exec("e1"), Limit));

        Assert.Equal("PAUSED", failure.State);
        Assert.Equal("exec", failure.Verb);
    }

    // As runc has it: the namespaces are there, and somebody may want to look around before anything runs.
    [Fact]
    public async Task Start_WhenTaskIsNotStarted_ThenItRunsAndTheTaskWaits()
    {
        await _world.CreateAsync("c1");
        await _world.AddExecAsync("c1", "e1");
        await _world.Tasks.StartAsync(Id("c1"), Exec("e1"), Limit);

        Assert.Equal(ProcessStatus.Created, _world.Tasks.Get(Id("c1")).Status);
        await _world.Tasks.StartAsync(Id("c1"), null, Limit);
    }

    [Fact]
    public async Task CloseStdinAndResize_WhenNotStarted_ThenKeptForTheProcess()
    {
        await _world.RunAsync("c1");
        await _world.AddExecAsync("c1", "e1");
        _world.Tasks.CloseStdin(Id("c1"), Exec("e1"));
        _world.Tasks.Resize(Id("c1"), Exec("e1"), 80, 24);

        await _world.Tasks.StartAsync(Id("c1"), Exec("e1"), Limit);

        var streams = _world.Container("c1").Execs["e1"].Streams;
        Assert.True(streams.StdinClosed);
        Assert.Equal((80, 24), streams.Size);
    }

    [Fact]
    public async Task InitExit_WhenExecIsBeingLaunched_ThenTheExecIsToldFirst()
    {
        await _world.RunAsync("c1");
        await _world.AddExecAsync("c1", "e1");
        _world.Engine.Calls.Hold("exec");
        var start = _world.Tasks.StartAsync(Id("c1"), Exec("e1"), Limit);
        await _world.Engine.Calls.CalledAsync("exec");

        _world.Container("c1").InitProcess.Exit(0);
        await _world.Tasks.WaitAsync(Id("c1"), null, Limit);

        await Assert.ThrowsAsync<TaskException>(() => start);
        Assert.Equal("Create Start ExecAdded:e1 Exit", _world.Topics("c1"));
    }

    [Fact]
    public async Task ReadProcesses_WhenExecRuns_ThenItsIdIsThere()
    {
        await _world.RunAsync("c1");
        var process = await _world.ExecAsync("c1", "e1");

        var found = _world.Tasks.ReadProcesses(Id("c1"));

        Assert.Equal(Exec("e1"), found.Single(running => running.Pid == process.Pid).Exec);
        Assert.Null(found.Single(running => running.Pid != process.Pid).Exec);
    }

    [Fact]
    public async Task Exec_WhenUnknown_ThenNotFound()
    {
        await _world.RunAsync("c1");

        var failure = await Assert.ThrowsAsync<TaskException>(
            () => _world.Tasks.StartAsync(Id("c1"), Exec("e9"), Limit));

        Assert.Equal(ErrorReason.UnknownExec, failure.Reason);
        Assert.Equal(ProcessStatus.Running, _world.Tasks.Get(Id("c1")).Status);
    }

    private Task KillAsync(Signal signal) =>
        _world.Tasks.KillAsync(Id("c1"), Exec("e1"), signal, KillScope.Process, Limit);
}
