using ShimService.Contracts.Grpc.Health.V1;
using ShimService.Daemon.Grpc.Health;
using ShimService.Rpc.Tests.Conformance;
using ShimService.Rpc.Tests.Support;
using ServingStatus = ShimService.Contracts.Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace ShimService.Rpc.Tests.Grpc;

public sealed class HealthTests : IAsyncLifetime
{
    private const string Service = "grpc.health.v1.Health";
    private const string Known = "shimservice.conformance.v1.Conformance";
    private readonly HealthStates _states = new();
    private GrpcTestServer? _server;
    private GrpcChannel? _channel;

    public async Task InitializeAsync()
    {
        _server = await GrpcTestServer.StartAsync([new ConformanceService().Table], new() { Health = _states });
        _channel = GrpcChannel.ForUnixSocket(_server.SocketPath);
    }

    public async Task DisposeAsync()
    {
        await _channel!.DisposeAsync();
        await _server!.DisposeAsync();
    }

    [Theory]
    [InlineData("")]
    [InlineData(Known)]
    public async Task Check_WhenTheServiceIsServed_ThenIsServing(string service) =>
        Assert.Equal(ServingStatus.Serving, (await CheckAsync(service)).Status);

    [Fact]
    public async Task Check_WhenTheServiceIsUnknown_ThenIsNotFound() => Assert.Equal(
        RpcStatusCode.NotFound, (await Assert.ThrowsAsync<RpcException>(() => CheckAsync("nobody"))).Code);

    [Fact]
    public async Task Watch_WhenTheStatusChanges_ThenTellsEachChangeOnce()
    {
        await using IAsyncEnumerator<HealthCheckResponse> watch = Watch(Known);
        Assert.Equal(ServingStatus.Serving, await NextAsync(watch));

        _states.Set(Known, ServingStatus.Serving);
        _states.Set(Known, ServingStatus.NotServing);
        Assert.Equal(ServingStatus.NotServing, await NextAsync(watch));
    }

    [Fact]
    public async Task Watch_WhenTheServiceIsUnknown_ThenSaysSoUntilItIsKnown()
    {
        await using IAsyncEnumerator<HealthCheckResponse> watch = Watch("later");
        Assert.Equal(ServingStatus.ServiceUnknown, await NextAsync(watch));

        _states.Set("later", ServingStatus.Serving);
        Assert.Equal(ServingStatus.Serving, await NextAsync(watch));
    }

    private Task<HealthCheckResponse> CheckAsync(string service) => _channel!.UnaryAsync(
        Service, "Check", new HealthCheckRequest { Service = service }, HealthCheckResponse.Parser, Limit.Token());

    private IAsyncEnumerator<HealthCheckResponse> Watch(string service) => _channel!.ServerStreamAsync(
        Service, "Watch", new HealthCheckRequest { Service = service }, HealthCheckResponse.Parser, Limit.Token())
        .GetAsyncEnumerator();

    private static async Task<ServingStatus> NextAsync(IAsyncEnumerator<HealthCheckResponse> watch)
    {
        Assert.True(await watch.MoveNextAsync().AsTask().InTime());
        return watch.Current.Status;
    }
}
