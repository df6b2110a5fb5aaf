using System.Net.Sockets;
using System.Threading.Channels;
using Google.Protobuf.WellKnownTypes;
using ShimService.Contracts.Containerd.Services.Events;
using ShimService.Rpc;

namespace ShimService.Shim.Tests.Forward;

/// <summary>containerd's events service on a socket, which can go away and come back.</summary>
internal sealed class FakeContainerd(string path) : IAsyncDisposable
{
    private readonly Channel<Envelope> _events = Channel.CreateUnbounded<Envelope>();
    private CancellationTokenSource? _stop;
    private Task _running = Task.CompletedTask;

    public string Path => path;

    public string? SeenNamespace { get; private set; }

    public void Start()
    {
        File.Delete(path);
        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen(16);
        _stop = new CancellationTokenSource();
        var table = new ServiceTable(
            "containerd.services.events.ttrpc.v1.Events",
            [RpcMethod.Unary<ForwardRequest, Empty>("Forward", ForwardRequest.Parser, TakeAsync)]);
        _running = new TtrpcServer(listener, [table], new TtrpcServerOptions { DrainTime = TimeSpan.Zero })
            .RunAsync(_stop.Token);
    }

    /// <summary>As a kill -9 would: connections break, the socket file stays.</summary>
    public async Task StopAsync()
    {
        if (_stop is not null)
        {
            await _stop.CancelAsync();
            await _running.WaitAsync(TimeSpan.FromSeconds(10));
            _stop.Dispose();
            _stop = null;
        }
    }

    public async Task<Envelope> NextAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(15));
        return await _events.Reader.ReadAsync(limit.Token);
    }

    public async Task<IReadOnlyList<string>> TopicsAsync(int count)
    {
        var topics = new List<string>();
        while (topics.Count < count)
        {
            topics.Add((await NextAsync()).Topic);
        }

        return topics;
    }

    public bool HasMore => _events.Reader.Count > 0;

    public async ValueTask DisposeAsync() => await StopAsync();

    private Task<Empty> TakeAsync(ForwardRequest request, RpcContext context)
    {
        SeenNamespace = context.Metadata.Get("containerd-namespace-ttrpc");
        _events.Writer.TryWrite(request.Envelope);
        return Task.FromResult(new Empty());
    }
}
