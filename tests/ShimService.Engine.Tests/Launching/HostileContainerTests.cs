using ShimService.Engine.Compile;
using ShimService.Engine.Containers;
using ShimService.Engine.Stdio;
using ShimService.Engine.Tests.Support;
using ShimService.Tasks.Errors;
using ShimService.Tasks.Ports;
using ShimService.Tasks.Values;

namespace ShimService.Engine.Tests.Launching;

/// <summary>A container that stops or freezes what is launched into it delays nobody but itself.</summary>
[Collection(EngineCollection.Name)]
public sealed class HostileContainerTests : IDisposable
{
    // Stops every process but itself, without a pause.
    private const string Stopper = "while :; do kill -STOP -- -1 2>/dev/null; done";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LaunchLimit = TimeSpan.FromSeconds(2);

    private readonly List<string> _warnings = [];
    private readonly LinuxEngine _engine;

    public HostileContainerTests() =>
        _engine = LinuxEngine.Open(new PlanCompiler(), new StdioOptions(), new EngineOptions
    {
        LaunchLimit = LaunchLimit,
        RemoveLimit = TimeSpan.FromSeconds(2),
        OnWarning = _warnings.Add,
    });

    [Fact]
    public async Task Exec_WhenTheContainerStopsEachNewProcess_ThenItAloneEndsAtItsDeadlineWithTheStep()
    {
        using var hostile = await StartAsync("sh", "-c", Stopper);
        using var other = await StartAsync("sleep", "100");

        // It may be too late for one: that one has been stopped in its program.
        TaskException? failure = null;
        for (var i = 0; failure is null; i++)
        {
            Assert.True(i < 300, "no exec was stopped before its program ran");
            var begin = TimeProvider.System.GetTimestamp();
            var execs = Enumerable.Range(0, 5)
                .Select(n => hostile.Container.ExecAsync(Exec($"e{i}-{n}"), CancellationToken.None)).ToArray();
            await WorkAsync(other);
            foreach (var exec in execs)
            {
                try
                {
                    var process = await exec.WaitAsync(Limit);
                    process.Kill(Signal.Kill);
                    await process.Exited.WaitAsync(Limit);
                    await process.Stdio.CloseAsync();
                }
                catch (TaskException exception)
                {
                    failure = exception;
                    Assert.InRange(TimeProvider.System.GetElapsedTime(begin), LaunchLimit, LaunchLimit * 3);
                }
            }
        }

        Assert.Equal(ErrorKind.DeadlineExceeded, failure.Kind);
        Assert.Contains(failure.Step, (string[])["clone the process", "start a session", "execute the program"]);
        Assert.Single(hostile.Container.ReadProcesses());
        Assert.True(_warnings.Count == 0, string.Join("; ", _warnings));
        await EndAsync(hostile, other);
    }

    [Fact]
    public async Task Exec_WhenTheCgroupIsFrozenByHand_ThenItAloneEndsAtItsDeadlineWithTheStep()
    {
        using var frozen = await StartAsync("sleep", "100");
        using var other = await StartAsync("sleep", "100");
        Freezer.Freeze(frozen.Id);

        var exec = frozen.Container.ExecAsync(Exec("e"), CancellationToken.None);
        await WorkAsync(other);
        var failure = await Assert.ThrowsAsync<TaskException>(() => exec.WaitAsync(Limit));

        Assert.Equal(ErrorKind.DeadlineExceeded, failure.Kind);
        Assert.False(string.IsNullOrEmpty(failure.Step));

        // What was frozen dies when it is thawed, and nothing else is the matter with the container.
        Freezer.Thaw(frozen.Id);
        await RunAsync(frozen, "after");
        Assert.Single(frozen.Container.ReadProcesses());
        await EndAsync(frozen, other);
    }

    [Fact]
    public async Task Exec_WhenItRacesWithPause_ThenItGoesOnAfterResumeAndDelaysNobody()
    {
        using var paused = await StartAsync("sleep", "100");
        using var other = await StartAsync("sleep", "100");
        for (var i = 0; i < 20; i++)
        {
            var exec = paused.Container.ExecAsync(Exec($"e{i}"), CancellationToken.None);
            await paused.Container.PauseAsync(CancellationToken.None).WaitAsync(Limit);
            await RunAsync(other, $"o{i}");
            await paused.Container.ResumeAsync(CancellationToken.None).WaitAsync(Limit);
            var process = await exec.WaitAsync(Limit);
            Assert.Equal(0, (await process.Exited.WaitAsync(Limit)).Status);
            await process.Stdio.CloseAsync();
        }

        Assert.True(_warnings.Count == 0, string.Join("; ", _warnings));
        await EndAsync(paused, other);
    }

    public void Dispose() => _engine.Dispose();

    // Execs and a launch, all while the other container's exec is stuck.
    private async Task WorkAsync(RealContainer other)
    {
        var begin = TimeProvider.System.GetTimestamp();
        for (var i = 0; i < 10; i++)
        {
            await RunAsync(other, $"w{i}");
        }

        using var third = new RealContainer(null, "true") { Engine = _engine };
        Assert.Equal(0, (await third.RunAsync().WaitAsync(Limit)).Status);
        Assert.True(TimeProvider.System.GetElapsedTime(begin) < LaunchLimit, "others were delayed");
    }

    private async Task<RealContainer> StartAsync(params string[] args)
    {
        var container = new RealContainer(null, args) { Engine = _engine };
        await container.CreateAsync().WaitAsync(Limit);
        await container.Container.StartAsync(CancellationToken.None).WaitAsync(Limit);
        return container;
    }

    private static async Task EndAsync(params RealContainer[] containers)
    {
        foreach (var container in containers)
        {
            container.Container.KillAll(Signal.Kill);
            await container.Container.Init.Stdio.CloseAsync();
            await container.Container.DeleteAsync().WaitAsync(Limit);
            Assert.Empty(Host.Cgroups(container.Id));
        }
    }

    private static async Task RunAsync(RealContainer container, string id)
    {
        var process = await container.Container.ExecAsync(Exec(id), CancellationToken.None).WaitAsync(Limit);
        Assert.Equal(0, (await process.Exited.WaitAsync(Limit)).Status);
        await process.Stdio.CloseAsync();
    }

    private static ExecRequest Exec(string id) =>
        new(ExecId.Parse(id, "exec_id"), Bundle.Process("/bin/true"), new StdioRequest("", "", "", false));
}
