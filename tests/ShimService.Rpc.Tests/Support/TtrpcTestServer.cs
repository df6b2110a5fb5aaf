using System.Net.Sockets;

namespace ShimService.Rpc.Tests.Support;

/// <summary>A ttrpc server on a socket of its own.</summary>
internal sealed class TtrpcTestServer : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;

    public TtrpcTestServer(IReadOnlyList<ServiceTable> tables, TtrpcServerOptions? options = null)
    {
        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(SocketPath));
        listener.Listen(128);
        Server = new(listener, tables, options ?? new());
        _running = Server.RunAsync(_stop.Token);
    }

    public string SocketPath => _directory.File("s.sock");

    public TtrpcServer Server { get; }

    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _running.InTime();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
        _directory.Dispose();
    }
}
