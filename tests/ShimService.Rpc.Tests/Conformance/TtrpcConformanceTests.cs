using ShimService.Rpc.Tests.Support;

namespace ShimService.Rpc.Tests.Conformance;

public sealed class TtrpcConformanceTests : ConformanceTests
{
    private TtrpcTestServer? _server;

    private protected override async Task<RpcChannel> StartAsync()
    {
        _server = new(
            [Served.Table],
            new() { Unexpected = Served.Unexpected, DrainTime = TimeSpan.FromMilliseconds(200) });
        return await TtrpcChannel.ConnectAsync(_server.SocketPath, Limit.Token());
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
