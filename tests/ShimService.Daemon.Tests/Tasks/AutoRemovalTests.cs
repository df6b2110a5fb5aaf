using ShimService.Contracts.V1;
using ShimService.Daemon.Tests.Fakes;

namespace ShimService.Daemon.Tests.Tasks;

/// <summary>A task that is to go with its exit goes, whoever tells of the exit; and nobody's output is cut off.</summary>
public sealed class AutoRemovalTests
{
    private static readonly string[] Life = ["/tasks/create", "/tasks/start", "/tasks/exit", "/tasks/delete"];

    [Fact]
    public async Task Exit_WhenTheTaskGoesWithIt_ThenItIsDeletedAndAnotherIsNot()
    {
        await using var daemon = await TestDaemon.StartAsync();
        await RunAsync(daemon, "c1");
        await daemon.RunAsync("c2");

        daemon.Launcher.Of("c2").Exit("c2", 0);
        daemon.Launcher.Of("c1").Exit("c1", 3);

        Assert.Equal(Life, await daemon.TopicsUntilAsync("c1", "/tasks/delete"));
        await GoneAsync(daemon, "c1");
        Assert.Equal(TaskState.Stopped, (await daemon.GetAsync("c2")).Task.State);
    }

    [Fact]
    public async Task Exit_WhenSomebodyReads_ThenItGoesAfterHim()
    {
        await using var daemon = await TestDaemon.StartAsync();
        await RunAsync(daemon, "c1");
        await RunAsync(daemon, "c2");
        using (daemon.Parts.Registry.Require("c1").Readers.Enter())
        {
            // The later exit of the two is told later: when its task is gone, the first one has been decided on.
            daemon.Launcher.Of("c1").Exit("c1", 0);
            daemon.Launcher.Of("c2").Exit("c2", 0);
            await GoneAsync(daemon, "c2");
            Assert.Equal(TaskState.Stopped, (await daemon.GetAsync("c1")).Task.State);
        }

        await GoneAsync(daemon, "c1");
    }

    [Fact]
    public async Task Exit_WhenTheShimDied_ThenItGoesToo()
    {
        await using var daemon = await TestDaemon.StartAsync();
        await RunAsync(daemon, "c1");

        await daemon.Launcher.Of("c1").DisposeAsync();

        Assert.Equal(Life, await daemon.TopicsUntilAsync("c1", "/tasks/delete"));
        await GoneAsync(daemon, "c1");
    }

    [Fact]
    public async Task Exit_WhenShimdWasAway_ThenTheNextOneDeletesIt()
    {
        await using var daemon = await TestDaemon.StartAsync();
        await RunAsync(daemon, "c1");
        await daemon.DownAsync();
        daemon.Launcher.Of("c1").Exit("c1", 0);
        await daemon.UpAsync();

        Assert.Equal(Life, await daemon.TopicsUntilAsync("c1", "/tasks/delete"));
        await GoneAsync(daemon, "c1");
    }

    private static Task<RunResponse> RunAsync(TestDaemon daemon, string id) => daemon.CallAsync(
        "Run", new CreateRequest { Id = id, Bundle = daemon.MakeBundle(), AutoRemove = true }, RunResponse.Parser);

    // The delete event comes before the id is free.
    private static async Task GoneAsync(TestDaemon daemon, string id)
    {
        using var limit = new CancellationTokenSource(TestDaemon.Limit);
        while (daemon.Parts.Registry.All.Any(entry => entry.Id == id))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), limit.Token);
        }
    }
}
