using ShimService.Contracts.V1;
using ShimService.Daemon.Configuration;
using ShimService.Daemon.Files;
using ShimService.Daemon.Registry;
using ShimService.Daemon.Tests.Fakes;
using ShimService.Rpc;
using ShimService.Tasks.Values;

namespace ShimService.Daemon.Tests.Tasks;

public sealed class RemovalTests
{
    [Fact]
    public void Remove_WhenTheIdHasANewOwner_ThenItsDirectoryAndEntryStay()
    {
        var root = Directory.CreateTempSubdirectory("shimd-").FullName;
        try
        {
            var layout = new StateLayout(new DaemonOptions { State = root, Root = root });
            var registry = new TaskRegistry(layout);
            var first = registry.Reserve(ContainerId.Parse("c1", "id"));
            Assert.True(registry.Remove(first));

            var next = registry.Reserve(ContainerId.Parse("c1", "id"));
            Directory.CreateDirectory(next.Directory);
            Assert.False(registry.Remove(first));

            Assert.True(Directory.Exists(next.Directory));
            Assert.Same(next, registry.Require("c1"));
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    [Fact]
    public async Task Delete_WhenManyAskAtOnce_ThenTheOthersOfTheGroupKeepTheirShim()
    {
        await using var daemon = await TestDaemon.StartAsync(new DaemonOptions { GroupIdleLimit = TimeSpan.Zero });
        await daemon.RunAsync("c1", "g");
        await daemon.RunAsync("c2", "g");
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => DeleteOrFindItGoneAsync(daemon)));

        // A third container joins the two: were the shim taken for idle, this would be another one.
        var shim = daemon.Launcher.Of("c2");
        await daemon.RunAsync("c3", "g");
        Assert.Equal(TaskState.Running, (await daemon.GetAsync("c2")).Task.State);
        Assert.Same(shim, daemon.Launcher.Of("c3"));
    }

    [Fact]
    public async Task Delete_WhenManyAskAtOnceAfterTheShimDied_ThenOneDeleteIsTold()
    {
        await using var daemon = await TestDaemon.StartAsync();
        await daemon.RunAsync("c1");
        await daemon.Launcher.Of("c1").DisposeAsync();
        await daemon.WaitAsync("c1");
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => DeleteOrFindItGoneAsync(daemon)));

        await daemon.RunAsync("c1");
        var life = new[] { "/tasks/create", "/tasks/start", "/tasks/exit", "/tasks/delete" };
        await daemon.DeleteAsync("c1", force: true);
        using var limit = new CancellationTokenSource(TestDaemon.Limit);
        var all = new List<string>();
        await foreach (var told in daemon.Watch(new WatchEventsRequest { AfterSequence = 0, ContainerIds = { "c1" } }, limit.Token))
        {
            all.Add(told.Topic);
            if (all.Count == 2 * life.Length)
            {
                break;
            }
        }

        Assert.Equal([.. life, .. life], all);
    }

    [Fact]
    public async Task Delete_WhenCreateHasNotReachedTheShim_ThenTheTaskIsKept()
    {
        await using var daemon = await TestDaemon.StartAsync();
        await daemon.RunAsync("c0");
        var hang = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        daemon.Launcher.Of("c0").HangCreate = hang;
        var run = daemon.RunAsync("c1");
        using var limit = new CancellationTokenSource(TestDaemon.Limit);
        while (daemon.Launcher.Of("c0").LastCreate?.Id != "c1")
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        var gone = await Assert.ThrowsAsync<RpcException>(() => daemon.DeleteAsync("c1", force: true));
        hang.SetResult();
        await run;

        Assert.Equal(RpcStatusCode.NotFound, gone.Code);
        Assert.Equal(TaskState.Running, (await daemon.GetAsync("c1")).Task.State);
    }

    private static async Task DeleteOrFindItGoneAsync(TestDaemon daemon)
    {
        try
        {
            await daemon.DeleteAsync("c1", force: true);
        }
        catch (RpcException error) when (error.Code == RpcStatusCode.NotFound)
        {
            // Another of them was faster.
        }
    }
}
