using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using ShimService.Daemon.Grpc;

namespace ShimService.Rpc.Tests.Support;

/// <summary>The Kestrel adapter, as shimd sets it up, on a socket of its own.</summary>
internal sealed class GrpcTestServer : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly WebApplication _app;

    private GrpcTestServer(IReadOnlyList<ServiceTable> tables, GrpcServerOptions options)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenGrpc(SocketPath));
        _app = builder.Build();
        _app.MapServiceTables(tables, options);
    }

    public string SocketPath => _directory.File("g.sock");

    public static async Task<GrpcTestServer> StartAsync(
        IReadOnlyList<ServiceTable> tables, GrpcServerOptions? options = null)
    {
        var server = new GrpcTestServer(tables, options ?? new());
        await server._app.StartAsync().InTime();
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        // Without its own limit Kestrel waits five seconds for calls that are under way.
        using var atOnce = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        await _app.StopAsync(atOnce.Token);
        await _app.DisposeAsync();
        _directory.Dispose();
    }
}
