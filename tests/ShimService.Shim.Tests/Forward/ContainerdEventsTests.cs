using ShimService.Rpc;
using ShimService.Shim.Forward;
using ShimService.Tasks.Events;
using ShimService.Tasks.Values;

namespace ShimService.Shim.Tests.Forward;

public sealed class ContainerdEventsTests : IAsyncLifetime, IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly FakeContainerd _containerd;
    private readonly ContainerdEvents _events;

    public ContainerdEventsTests()
    {
        _containerd = new FakeContainerd(_directory["c.ttrpc"]);
        _events = new ContainerdEvents("unix://" + _containerd.Path, "ns", TimeProvider.System);
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _events.DisposeAsync();
        await _containerd.DisposeAsync();
    }

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Send_WhenNobodyListens_ThenUnavailable()
    {
        var failure = await Assert.ThrowsAsync<RpcException>(SendAsync);

        Assert.Equal(RpcStatusCode.Unavailable, failure.Code);
        Assert.Contains(_containerd.Path, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Send_WhenContainerdWasRestarted_ThenOverANewConnection()
    {
        _containerd.Start();
        await SendAsync();
        await _containerd.StopAsync();
        _containerd.Start();

        await SendAsync();

        Assert.Equal(["/tasks/oom", "/tasks/oom"], await _containerd.TopicsAsync(2));
        Assert.Equal("ns", _containerd.SeenNamespace);
    }

    [Theory]
    [InlineData("/run/c.ttrpc", "/x", "/run/c.ttrpc")]
    [InlineData(null, "/run/containerd/containerd.sock", "/run/containerd/containerd.sock.ttrpc")]
    [InlineData("", "", "")]
    public void AddressOf_WhenTheVariableIsThereOrNot_ThenBesideTheOtherSocket(
        string? variable, string grpc, string address) =>
        Assert.Equal(address, ContainerdEvents.AddressOf(variable, grpc));

    private Task SendAsync() => _events.SendAsync(
        new TaskEvent(1, DateTimeOffset.UnixEpoch, TaskTopic.OutOfMemory, ContainerId.Parse("c1", "id")),
        CancellationToken.None);
}
