using Google.Protobuf;
using ShimService.Rpc;

namespace ShimService.Cli.Client;

/// <summary>The services of shimd, by method name. Any thread.</summary>
internal sealed class DaemonClient(RpcChannel channel) : IAsyncDisposable
{
    private const string Tasks = "shimservice.v1.TaskService";
    private const string Events = "shimservice.v1.EventService";
    private const string Networks = "shimservice.v1.NetworkService";
    private const string Volumes = "shimservice.v1.VolumeService";
    private const string Daemon = "shimservice.v1.SystemService";

    /// <summary>Connects to the daemon's socket.</summary>
    /// <exception cref="CliException">There is no such socket.</exception>
    public static DaemonClient Connect(string socket)
    {
        if (!File.Exists(socket))
        {
            throw new CliException(
                $"no shimd at {socket}: start it (shimd --socket {socket}), or name its socket with --socket");
        }

        return new DaemonClient(GrpcChannel.ForUnixSocket(socket));
    }

    public Task<TRes> TaskAsync<TReq, TRes>(
        string method, TReq request, MessageParser<TRes> parser, CancellationToken cancel)
        where TReq : class, IMessage<TReq>
        where TRes : class, IMessage<TRes> =>
        channel.UnaryAsync(Tasks, method, request, parser, cancel);

    public IAsyncEnumerable<TRes> TaskStreamAsync<TReq, TRes>(
        string method, TReq request, MessageParser<TRes> parser, CancellationToken cancel)
        where TReq : class, IMessage<TReq>
        where TRes : class, IMessage<TRes> =>
        channel.ServerStreamAsync(Tasks, method, request, parser, cancel);

    public RpcDuplexCall<TReq, TRes> TaskDuplex<TReq, TRes>(
        string method, MessageParser<TRes> parser, CancellationToken cancel)
        where TReq : class, IMessage<TReq>
        where TRes : class, IMessage<TRes> =>
        channel.Duplex<TReq, TRes>(Tasks, method, parser, cancel);

    public Task<TRes> EventsAsync<TReq, TRes>(
        string method, TReq request, MessageParser<TRes> parser, CancellationToken cancel)
        where TReq : class, IMessage<TReq>
        where TRes : class, IMessage<TRes> =>
        channel.UnaryAsync(Events, method, request, parser, cancel);

    public IAsyncEnumerable<TRes> EventStreamAsync<TReq, TRes>(
        string method, TReq request, MessageParser<TRes> parser, CancellationToken cancel)
        where TReq : class, IMessage<TReq>
        where TRes : class, IMessage<TRes> =>
        channel.ServerStreamAsync(Events, method, request, parser, cancel);

    public Task<TRes> SystemAsync<TReq, TRes>(
        string method, TReq request, MessageParser<TRes> parser, CancellationToken cancel)
        where TReq : class, IMessage<TReq>
        where TRes : class, IMessage<TRes> =>
        channel.UnaryAsync(Daemon, method, request, parser, cancel);

    public Task<TRes> NetworkAsync<TReq, TRes>(
        string method, TReq request, MessageParser<TRes> parser, CancellationToken cancel)
        where TReq : class, IMessage<TReq>
        where TRes : class, IMessage<TRes> =>
        channel.UnaryAsync(Networks, method, request, parser, cancel);

    public Task<TRes> VolumeAsync<TReq, TRes>(
        string method, TReq request, MessageParser<TRes> parser, CancellationToken cancel)
        where TReq : class, IMessage<TReq>
        where TRes : class, IMessage<TRes> =>
        channel.UnaryAsync(Volumes, method, request, parser, cancel);

    public ValueTask DisposeAsync() => channel.DisposeAsync();
}
