using ShimService.Rpc.Tests.Support;

namespace ShimService.Rpc.Tests.Conformance;

public class GrpcConformanceTests : ConformanceTests
{
    private GrpcTestServer? _server;

    private protected virtual GrpcChannelOptions Options => new();

    private protected override async Task<RpcChannel> StartAsync()
    {
        _server = await GrpcTestServer.StartAsync([Served.Table], new() { Unexpected = Served.Unexpected });
        return GrpcChannel.ForUnixSocket(_server.SocketPath, Options);
    }

    private protected override async Task StopAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
            _server = null;
        }
    }
}
