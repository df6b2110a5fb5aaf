using ShimService.Engine.Tests.Support;
using ShimService.Linux.Launch;
using ShimService.Tasks.Errors;
using ShimService.Tasks.Ports;
using ShimService.Tasks.Values;

namespace ShimService.Engine.Tests.Launching;

[Collection(EngineCollection.Name)]
public sealed class ContainerLaunchTests(SharedEngine shared) : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private readonly Observer _observer = new();

    [Fact]
    public async Task Start_WhenProgramExits_ThenExitStatusIsItsOwnAndDeleteLeavesNothing()
    {
        using var bundle = new Bundle("/bin/sh", "-c", "exit 7");
        var container = await CreateAsync(bundle);
        Assert.False(container.Init.Exited.IsCompleted);
        Assert.NotEmpty(Host.Cgroups(bundle.Id));

        await container.StartAsync(CancellationToken.None).WaitAsync(Limit);
        var exit = await container.Init.Exited.WaitAsync(Limit);
        await container.DeleteAsync().WaitAsync(Limit);
        await container.DeleteAsync().WaitAsync(Limit);

        Assert.Equal(7, exit.Status);
        Assert.False(exit.OomKilled);
        Assert.Equal(SignalOutcome.AlreadyExited, container.Init.Kill(Signal.Kill));
        Assert.Empty(Host.Cgroups(bundle.Id));
    }

    [Fact]
    public async Task Create_WhenProgramIsMissing_ThenItIsToldBeforeStartAndNothingIsLeft()
    {
        using var bundle = new Bundle("/no/such/program");
        var failure = await Assert.ThrowsAsync<TaskException>(() => CreateAsync(bundle));

        Assert.Equal(ErrorReason.LaunchFailed, failure.Reason);
        Assert.Equal("execve /no/such/program", failure.Step);
        Assert.Equal("ENOENT", failure.Errno);
        Assert.NotNull(failure.Hint);
        Assert.Empty(Host.Cgroups(bundle.Id));
    }

    [Fact]
    public async Task Create_WhenStepFails_ThenStepErrnoAndSubjectAreNamedAndNothingIsLeft()
    {
        using var bundle = new Bundle("/bin/true");
        shared.Compiler.BeforeGate = builder => builder.Call(
            "mount proc on /no/such", "config.md#mounts", SystemCall.Mount, "proc", "/no/such", "proc");
        var failure = await Assert.ThrowsAsync<TaskException>(() => CreateAsync(bundle));

        Assert.Equal("mount proc on /no/such", failure.Step);
        Assert.Equal("ENOENT", failure.Errno);
        Assert.Empty(Host.Cgroups(bundle.Id));
    }

    [Fact]
    public async Task Create_WhenAborted_ThenTheChildIsGoneAndNothingIsLeft()
    {
        using var bundle = new Bundle("/bin/true");
        using var abort = new CancellationTokenSource();
        // A rendezvous that waits for ever: reading a pipe-less eventfd of the child's own.
        shared.Compiler.BeforeGate = builder =>
        {
            var never = builder.Call("open a counter", "test", SystemCall.Eventfd2, 0, 0);
            builder.Call("wait for ever", "test", SystemCall.Read, never, PlanArgument.Scratch(8), 8);
        };
        var create = shared.Engine.CreateAsync(bundle.Request(), _observer, abort.Token);
        while (Host.Cgroups(bundle.Id).Count == 0)
        {
            await Task.Yield();
        }

        await abort.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => create.WaitAsync(Limit));

        Assert.Empty(Host.Cgroups(bundle.Id));
    }

    [Fact]
    public async Task Kill_WhenContainerIsNotStarted_ThenAnEndingSignalEndsIt()
    {
        using var bundle = new Bundle("/bin/true");
        var container = await CreateAsync(bundle);

        Assert.Equal(SignalOutcome.Delivered, container.Init.Kill(Signal.Terminate));
        var exit = await container.Init.Exited.WaitAsync(Limit);
        var start = await Assert.ThrowsAsync<TaskException>(() => container.StartAsync(CancellationToken.None));
        await container.DeleteAsync().WaitAsync(Limit);

        Assert.Equal(137, exit.Status);
        Assert.Equal(ErrorReason.ProcessGone, start.Reason);
        Assert.Empty(Host.Cgroups(bundle.Id));
    }

    [Fact]
    public async Task Exec_WhenContainerRuns_ThenItIsInItsPidNamespaceAndExitsWithItsStatus()
    {
        using var bundle = new Bundle("/bin/sleep", "100");
        var container = await CreateAsync(bundle);
        await container.StartAsync(CancellationToken.None).WaitAsync(Limit);
        var request = new ExecRequest(ExecId.Parse("e1", "exec_id"),
            Bundle.Process(
                "/bin/sh", "-c", "[ $$ -gt 1 ] && [ $$ -lt 20 ] && exit 5"), new StdioRequest("", "", "", false));

        var process = await container.ExecAsync(request, CancellationToken.None).WaitAsync(Limit);
        var exit = await process.Exited.WaitAsync(Limit);
        await container.DeleteAsync().WaitAsync(Limit);

        Assert.Equal(5, exit.Status);
        Assert.Empty(Host.Cgroups(bundle.Id));
    }

    [Fact]
    public async Task Exec_WhenInitIsGone_ThenTheContainerHasStopped()
    {
        using var bundle = new Bundle("/bin/true");
        var container = await CreateAsync(bundle);
        await container.StartAsync(CancellationToken.None).WaitAsync(Limit);
        await container.Init.Exited.WaitAsync(Limit);
        var request = new ExecRequest(ExecId.Parse("e1", "exec_id"),
            Bundle.Process("/bin/true"), new StdioRequest("", "", "", false));

        var failure = await Assert.ThrowsAsync<TaskException>(
            () => container.ExecAsync(request, CancellationToken.None).WaitAsync(Limit));
        await container.DeleteAsync().WaitAsync(Limit);

        Assert.Equal(ErrorKind.FailedPrecondition, failure.Kind);
        Assert.Contains("stopped", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReadProcesses_WhenContainerRuns_ThenItsCommandIsListed()
    {
        using var bundle = new Bundle("/bin/sleep", "101");
        var container = await CreateAsync(bundle);
        await container.StartAsync(CancellationToken.None).WaitAsync(Limit);

        var processes = container.ReadProcesses();
        container.KillAll(Signal.Kill);
        var exit = await container.Init.Exited.WaitAsync(Limit);
        await container.DeleteAsync().WaitAsync(Limit);

        Assert.Equal("/bin/sleep 101", Assert.Single(processes).Command);
        Assert.Equal(137, exit.Status);
    }

    public void Dispose()
    {
        shared.Compiler.BeforeGate = null;
        Assert.Empty(shared.Warnings);
    }

    private Task<IContainer> CreateAsync(Bundle bundle) =>
        shared.Engine.CreateAsync(bundle.Request(), _observer, CancellationToken.None).WaitAsync(Limit);
}
