using Google.Protobuf.WellKnownTypes;
using ShimService.Contracts.Containerd.Services.Events;
using ShimService.Rpc;
using ShimService.Tasks.Events;

namespace ShimService.Shim.Forward;

/// <summary>
/// containerd's events service on its ttrpc socket. One connection, made when it is needed and again when it has gone.
/// Not thread-safe. Source: containerd 2.1 api/services/ttrpc/events/v1.
/// </summary>
internal sealed class ContainerdEvents : IEventReceiver, IAsyncDisposable
{
    private const string Service = "containerd.services.events.ttrpc.v1.Events";
    private const string Scheme = "unix://";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    private readonly string _path;
    private readonly string _namespace;
    private readonly TimeProvider _time;
    private readonly RpcCallOptions _call;
    private TtrpcChannel? _channel;

    /// <param name="address">A path, with or without unix://.</param>
    /// <param name="containerdNamespace">Of every event.</param>
    /// <param name="time">For the limits.</param>
    public ContainerdEvents(string address, string containerdNamespace, TimeProvider time)
    {
        _path = address.StartsWith(Scheme, StringComparison.Ordinal) ? address[Scheme.Length..] : address;
        _namespace = containerdNamespace;
        _time = time;
        var metadata = new RpcMetadata();
        metadata.Add("containerd-namespace-ttrpc", containerdNamespace);
        _call = new RpcCallOptions { Timeout = Limit, Metadata = metadata };
    }

    /// <summary>
    /// The address out of the environment and the command line: containerd puts its ttrpc socket beside the other one.
    /// </summary>
    public static string AddressOf(string? variable, string grpcAddress) =>
        !string.IsNullOrEmpty(variable) ? variable
        : grpcAddress.Length > 0 ? grpcAddress + ".ttrpc"
        : "";

    public async Task SendAsync(TaskEvent happened, CancellationToken cancel)
    {
        var request = new ForwardRequest { Envelope = EventEnvelopes.Of(happened, _namespace) };

        // A connection that containerd has closed since is known as such, or at the latest fails now: then once more.
        if (await LivingAsync() is { } channel)
        {
            try
            {
                await CallAsync(channel, request, cancel);
                return;
            }
            catch (RpcException failure) when (failure.Code == RpcStatusCode.Unavailable)
            {
                await DropAsync();
            }
        }

        _channel = await ConnectAsync(cancel);
        await CallAsync(_channel, request, cancel);
    }

    public async ValueTask DisposeAsync() => await DropAsync();

    private async Task CallAsync(TtrpcChannel channel, ForwardRequest request, CancellationToken cancel) =>
        await channel.UnaryAsync(Service, "Forward", request, Empty.Parser, _call, cancel);

    private async Task<TtrpcChannel> ConnectAsync(CancellationToken cancel)
    {
        using var limit = new CancellationTokenSource(Limit, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, limit.Token);
        try
        {
            return await TtrpcChannel.ConnectAsync(_path, either.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw RpcException.Unavailable($"connect to {_path}: no answer in {Limit.TotalSeconds} s");
        }
    }

    private async Task<TtrpcChannel?> LivingAsync()
    {
        if (_channel is { Closed.IsCompleted: true })
        {
            await DropAsync();
        }

        return _channel;
    }

    private async Task DropAsync()
    {
        if (_channel is { } channel)
        {
            _channel = null;
            await channel.DisposeAsync();
        }
    }
}
