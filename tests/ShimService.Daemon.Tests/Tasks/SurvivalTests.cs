using ShimService.Contracts.V1;
using ShimService.Daemon.Tests.Fakes;
using ShimService.Rpc;

namespace ShimService.Daemon.Tests.Tasks;

/// <summary>What is left when shimd, or a shim, goes without a word.</summary>
public sealed class SurvivalTests
{
    private static readonly string[] Life = ["/tasks/create", "/tasks/start", "/tasks/exit", "/tasks/delete"];

    [Fact]
    public async Task Restart_WhenContainersRun_ThenTheyAreListedAndNoEventIsLostOrRepeated()
    {
        await using var daemon = await TestDaemon.StartAsync();
        await daemon.RunAsync("c1");
        await daemon.TopicsUntilAsync("c1", "/tasks/start");
        await daemon.DownAsync();
        daemon.Launcher.Of("c1").Exit("c1", 9);
        await daemon.UpAsync();

        Assert.Equal(9u, (await daemon.WaitAsync("c1")).ExitStatus);
        Assert.Equal("default", (await daemon.GetAsync("c1")).Task.Group);
        await daemon.DeleteAsync("c1");
        Assert.Equal(Life, await daemon.TopicsUntilAsync("c1", "/tasks/delete"));
    }

    [Fact]
    public async Task Restart_WhenCreateWasCutShort_ThenItIsUndoneInTheShim()
    {
        await using var daemon = await TestDaemon.StartAsync();
        await daemon.RunAsync("c1");
        var shim = daemon.Launcher.Of("c1");
        var record = File.ReadAllText(Path.Combine(daemon.Layout.TaskDirectory("c1"), "task.json"));
        await daemon.DownAsync();

        // As if shimd had been killed between the record and the shim's answer …
        var half = Directory.CreateDirectory(daemon.Layout.TaskDirectory("half")).FullName;
        File.WriteAllText(
            Path.Combine(half, "task.json"), record.Replace("\"c1\"", "\"half\"", StringComparison.Ordinal));
        // … and within the record.
        var torn = Directory.CreateDirectory(daemon.Layout.TaskDirectory("torn")).FullName;
        File.WriteAllText(Path.Combine(torn, "task.json"), record[..20]);
        await daemon.UpAsync();

        Assert.False(Directory.Exists(half));
        Assert.False(Directory.Exists(torn));
        Assert.Equal(["c1"], shim.List().Select(task => task.Id));
        var list = await daemon.CallAsync("List", new ListRequest(), ListResponse.Parser);
        Assert.Equal(["c1"], list.Tasks.Select(task => task.Id));
    }

    [Fact]
    public async Task Restart_WhenTheShimDiedMeanwhile_ThenItsTasksAreStoppedWithTheirExitTold()
    {
        await using var daemon = await TestDaemon.StartAsync();
        await daemon.RunAsync("c1");
        await daemon.TopicsUntilAsync("c1", "/tasks/start");
        await daemon.DownAsync();
        await daemon.Launcher.Of("c1").DisposeAsync();
        daemon.Launcher.DeleteStatus = 5;
        await daemon.UpAsync();

        var task = (await daemon.GetAsync("c1")).Task;
        Assert.Equal((TaskState.Stopped, 5u, FakeTask.Pid), (task.State, task.ExitStatus, task.Pid));
        Assert.Equal(Life[..3], await daemon.TopicsUntilAsync("c1", "/tasks/exit"));

        await daemon.DownAsync();
        await daemon.UpAsync();
        Assert.Equal(5u, (await daemon.WaitAsync("c1")).ExitStatus);
        Assert.Equal(["c1"], daemon.Launcher.Deleted);
    }

    [Fact]
    public async Task ShimDeath_WhenTasksRun_ThenWaitEndsAndTheyStayStoppedUntilDeleted()
    {
        await using var daemon = await TestDaemon.StartAsync();
        await daemon.RunAsync("c1");
        await daemon.RunAsync("c2");
        daemon.Launcher.Of("c2").Exit("c2", 3);
        await daemon.TopicsUntilAsync("c2", "/tasks/exit");
        var waiting = daemon.WaitAsync("c1");
        await daemon.Launcher.Of("c1").DisposeAsync();

        Assert.Equal(137u, (await waiting).ExitStatus);
        Assert.Equal(TaskState.Stopped, (await daemon.GetAsync("c1")).Task.State);
        Assert.Equal(3u, (await daemon.WaitAsync("c2")).ExitStatus);
        var refused = await Assert.ThrowsAsync<RpcException>(
            () => daemon.CallAsync("Pause", new PauseRequest { Id = "c1" }, PauseResponse.Parser));
        Assert.Equal(RpcStatusCode.FailedPrecondition, refused.Code);

        await daemon.DeleteAsync("c1");
        await daemon.DeleteAsync("c2");
        Assert.Equal(Life, await daemon.TopicsUntilAsync("c1", "/tasks/delete"));
        Assert.Equal(Life, await daemon.TopicsUntilAsync("c2", "/tasks/delete"));
        Assert.Empty(Directory.GetFileSystemEntries(daemon.Layout.Tasks));

        await daemon.RunAsync("c1");
        Assert.Equal(TaskState.Running, (await daemon.GetAsync("c1")).Task.State);
    }

    [Fact]
    public async Task ShimDeath_WhenACreateIsUnderWay_ThenItFailsAndNothingIsLeft()
    {
        await using var daemon = await TestDaemon.StartAsync();
        await daemon.RunAsync("other");
        var shim = daemon.Launcher.Of("other");
        shim.HangCreate = new TaskCompletionSource();
        var creating = daemon.RunAsync("c1");
        await Eventually(() => shim.LastCreate?.Id == "c1");
        await shim.DisposeAsync();

        var error = await Assert.ThrowsAsync<RpcException>(() => creating);
        Assert.Equal(RpcStatusCode.Unavailable, error.Code);
        Assert.False(Directory.Exists(daemon.Layout.TaskDirectory("c1")));
        Assert.Contains("c1", daemon.Launcher.Deleted);
        await daemon.RunAsync("c1");
    }

    [Fact]
    public async Task Delete_WhenItWasTheOwnShimsTask_ThenTheShimEndsAndItsDirectoryGoes()
    {
        await using var daemon = await TestDaemon.StartAsync(
            new Daemon.Configuration.DaemonOptions { OwnIdleLimit = TimeSpan.FromMilliseconds(1) });
        await daemon.RunAsync("c1", "own");
        var name = daemon.Launcher.Of("c1").Name;
        Assert.True(Directory.Exists(daemon.Layout.ShimDirectory(name)));
        await daemon.DeleteAsync("c1", force: true);
        await Eventually(() => !Directory.Exists(daemon.Layout.ShimDirectory(name)));
    }

    [Fact]
    public async Task Run_WhenTheGroupIsNew_ThenTheSpareServesItAndAnotherIsMade()
    {
        await using var daemon = await TestDaemon.StartAsync();
        await daemon.RunAsync("warm");
        await Eventually(() => daemon.Launcher.Shims.Count == 2);
        var spare = daemon.Launcher.Shims.Values.Single(shim => shim.List().Count == 0).Name;
        await daemon.RunAsync("c1", "blue");
        Assert.Equal(spare, daemon.Launcher.Of("c1").Name);
        await Eventually(() => daemon.Launcher.Shims.Count == 3);
        await daemon.RunAsync("c2", "blue");
        Assert.Equal(spare, daemon.Launcher.Of("c2").Name);
    }

    [Fact]
    public async Task Events_WhenRecorded_ThenTheShimIsToldThatTheyAreSafe()
    {
        await using var daemon = await TestDaemon.StartAsync();
        await daemon.RunAsync("c1");
        var shim = daemon.Launcher.Of("c1");
        await Eventually(() => shim.Acknowledged == 2);
    }

    private static async Task Eventually(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(TestDaemon.Limit);
        while (!condition())
        {
            await Task.Delay(5, limit.Token);
        }
    }
}
