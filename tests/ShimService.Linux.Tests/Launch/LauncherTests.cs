using ShimService.Linux.Abi;
using ShimService.Linux.Errors;
using ShimService.Linux.Launch;

namespace ShimService.Linux.Tests.Launch;

public sealed class LauncherTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private readonly Launcher _launcher = new();

    [Fact]
    public async Task Launch_WhenProgramExits_ThenItsStatusIsItsOwn()
    {
        var builder = new PlanBuilder();
        builder.Execute("execute", "test", ["/bin/sh"], ["sh", "-c", "exit 7"], []);

        var process = await _launcher.LaunchAsync(builder.Build(), new LaunchOptions());
        await process.ExecuteAsync().WaitAsync(Limit);

        Assert.Equal(7, Children.WaitAndCollect(process.PidFd)?.Status);
    }

    [Fact]
    public async Task Launch_WhenStepFails_ThenStepErrnoAndSubjectAreTold()
    {
        var builder = new PlanBuilder();
        builder.Call("enter the directory", "config.md#process", SystemCall.Chdir, "/no/such/directory");
        builder.Execute("execute", "test", ["/bin/true"], ["true"], []);

        var process = await _launcher.LaunchAsync(builder.Build(), new LaunchOptions());
        var failure = await Assert.ThrowsAsync<LaunchException>(() => process.ExecuteAsync().WaitAsync(Limit));

        Assert.Equal("enter the directory", failure.Failure.Step);
        Assert.Equal("chdir", failure.Failure.Call);
        Assert.Equal(Errno.ENOENT, failure.Failure.Errno);
        Assert.Equal("/no/such/directory", failure.Failure.Subject);
        Assert.NotNull(failure.Failure.Hint);
        Assert.Equal(111, Children.WaitAndCollect(process.PidFd)?.Status);
    }

    [Fact]
    public async Task Launch_WhenParked_ThenItWaitsAndGoesOnWhenTold()
    {
        var builder = new PlanBuilder();
        builder.Rendezvous("maps");
        builder.Gate("start");
        builder.Execute("execute", "test", ["/bin/true"], ["true"], []);

        var process =
            await _launcher.LaunchAsync(builder.Build(), new LaunchOptions { Namespaces = NamespaceFlags.Pid });
        await process.ReachAsync(0).WaitAsync(Limit);
        var gate = process.ReachAsync(1);
        Assert.False(gate.IsCompleted);
        process.Proceed();
        await gate.WaitAsync(Limit);
        AssertReaches(process, "wait at start");
        process.Proceed();
        await process.ExecuteAsync().WaitAsync(Limit);

        Assert.Equal(0, Children.WaitAndCollect(process.PidFd)?.Status);
    }

    [Fact]
    public async Task Launch_WhenParkedChildIsKilled_ThenTheStepItWasInIsTold()
    {
        var builder = new PlanBuilder();
        builder.Gate("start");
        builder.Execute("execute", "test", ["/bin/true"], ["true"], []);

        var process = await _launcher.LaunchAsync(builder.Build(), new LaunchOptions());
        await process.ReachAsync(0).WaitAsync(Limit);
        AssertReaches(process, "wait at start");
        Assert.True(process.Kill(9));
        var failure = await Assert.ThrowsAsync<LaunchException>(() => process.ExecuteAsync().WaitAsync(Limit));

        Assert.Equal("wait at start", failure.Failure.Step);
        Assert.Equal(Errno.None, failure.Failure.Errno);
        Assert.Equal(128 + 9, Children.WaitAndCollect(process.PidFd)?.Status);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(400)]
    public async Task Launch_WhenEnvironmentIsLargeOrNot_ThenTheProgramHasItWhole(int variables)
    {
        var builder = new PlanBuilder();
        string[] env =
            [.. Enumerable.Range(0, variables).Select(i => $"V{i}={new string((char)('a' + (i % 26)), 4000)}")];
        builder.Execute("execve /bin/sleep", "test", ["/bin/sleep"], ["sleep", "100"], env);

        var process = await _launcher.LaunchAsync(builder.Build(), new LaunchOptions());
        await process.ExecuteAsync();
        var read = await File.ReadAllTextAsync($"/proc/{process.Pid}/environ");
        process.Kill(9);

        Assert.Equal(env, read.Split('\0', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(137, Children.WaitAndCollect(process.PidFd)?.Status);
    }

    [Fact]
    public async Task Begin_WhenThePlanComesLater_ThenTheChildWaitsForIt()
    {
        var builder = new PlanBuilder();
        builder.Execute("execve /bin/false", "test", ["/bin/false"], ["false"], []);

        var process = _launcher.Begin(
            new LaunchStart { Namespaces = NamespaceFlags.Pid }, PlanRuns.InOneProcess, isLed: false);
        await process.Cloned;
        Assert.Equal("wait for the plan", process.Step);
        process.Give(builder.Build(), null, null, null, []);
        await process.ExecuteAsync();

        Assert.Equal(1, Children.WaitAndCollect(process.PidFd)?.Status);
    }

    [Fact]
    public async Task Begin_WhenNoPlanEverComes_ThenTheChildEndsWithTheLauncher()
    {
        var launcher = new Launcher();
        var process = await launcher.Begin(new LaunchStart(), PlanRuns.InOneProcess, isLed: true).Cloned;

        launcher.Dispose();

        Assert.Equal(137, Children.WaitAndCollect(process.PidFd)?.Status);
    }

    public void Dispose() => _launcher.Dispose();

    /// <summary>The child goes from its report to its wait by itself, a moment after the report is here.</summary>
    private static void AssertReaches(LaunchedProcess process, string step) =>
        Assert.True(SpinWait.SpinUntil(() => process.Step == step, Limit), process.Step);
}
