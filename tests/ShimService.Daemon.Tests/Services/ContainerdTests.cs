using Google.Protobuf.WellKnownTypes;
using ShimService.Contracts.Containerd.Task.V3;
using ShimService.Daemon.Tests.Fakes;
using ShimService.Rpc;

namespace ShimService.Daemon.Tests.Services;

/// <summary>containerd's Task service on shimd's endpoint.</summary>
public sealed class ContainerdTests
{
    [Theory]
    [InlineData("containerd.task.v2.Task")]
    [InlineData("containerd.task.v3.Task")]
    public async Task Life_WhenLedThroughContainerdsService_ThenItIsTheSameTask(string service)
    {
        await using var daemon = await TestDaemon.StartAsync();
        await using var client = await TtrpcChannel.ConnectAsync(daemon.Layout.Socket, CancellationToken.None);
        var bundle = daemon.MakeBundle();
        await client.UnaryAsync(service, "Create",
            new CreateTaskRequest { Id = "c1", Bundle = bundle, Stdout = "/some/fifo" }, CreateTaskResponse.Parser,
            CancellationToken.None);
        var shim = daemon.Launcher.Of("c1");
        Assert.Equal(("/some/fifo", bundle), (shim.LastCreate!.Stdout, shim.LastCreate.Bundle));
        await client.UnaryAsync(
            service, "Start", new StartRequest { Id = "c1" }, StartResponse.Parser, CancellationToken.None);
        Assert.Equal(Contracts.V1.TaskState.Running, (await daemon.GetAsync("c1")).Task.State);
        shim.Exit("c1", 4);
        var deleted = await client.UnaryAsync(
            service, "Delete", new DeleteRequest { Id = "c1" }, DeleteResponse.Parser, CancellationToken.None);
        Assert.Equal(4u, deleted.ExitStatus);
        await Assert.ThrowsAsync<RpcException>(() => daemon.GetAsync("c1"));
    }

    [Fact]
    public async Task Shutdown_WhenAsked_ThenItIsRefused()
    {
        await using var daemon = await TestDaemon.StartAsync();
        await using var client = await TtrpcChannel.ConnectAsync(daemon.Layout.Socket, CancellationToken.None);
        var error = await Assert.ThrowsAsync<RpcException>(() => client.UnaryAsync(
            "containerd.task.v3.Task", "Shutdown", new ShutdownRequest { Id = "c1" }, Empty.Parser,
            CancellationToken.None));
        Assert.Equal(RpcStatusCode.Unimplemented, error.Code);
    }
}
