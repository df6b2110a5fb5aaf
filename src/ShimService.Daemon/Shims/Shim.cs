using Google.Protobuf;
using ShimService.Contracts.V1;
using ShimService.Rpc;

namespace ShimService.Daemon.Shims;

/// <summary>
/// A running shim and the connection to it. Every member may be called from any thread.
/// Errors of calls: RpcException, the shim's own passed on as they are; Unavailable when it is gone.
/// </summary>
internal sealed class Shim
{
    public const string TaskService = "containerd.task.v3.Task";
    public const string OwnService = "shimservice.shim.v1.Shim";

    private readonly Lock _gate = new();
    private RpcChannel _channel;
    private TaskCompletionSource _replaced = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Shim(ShimDirectory directory, GroupKey? group, RpcChannel channel, ShimProcess process)
    {
        Directory = directory;
        Group = group;
        _channel = channel;
        Process = process;
    }

    public ShimDirectory Directory { get; }

    public string Name => Directory.Name;

    /// <summary>Null while it is the spare.</summary>
    public GroupKey? Group { get; private set; }

    public ShimProcess Process { get; }

    public RpcChannel Channel => Volatile.Read(ref _channel);

    /// <summary>Set when shimd itself ends this shim: its going is then no death.</summary>
    public bool IsRetired { get; set; }

    /// <summary>Makes a spare the shim of a group, for good.</summary>
    public void Assign(GroupKey group)
    {
        Group = group;
        Note();
    }

    /// <summary>Writes down what the next shimd needs to know.</summary>
    public void Note() => Directory.Write(new ShimRecord
    {
        Group = Group?.Text ?? "",
        Pid = Process.Pid,
        StartTicks = Process.StartTicks,
    });

    /// <summary>After the connection broke and a new one was made.</summary>
    public void Replace(RpcChannel channel)
    {
        lock (_gate)
        {
            Volatile.Write(ref _channel, channel);
            _replaced.SetResult();
            _replaced = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>Completes when the connection is another than the one given.</summary>
    public Task ReplacedAsync(RpcChannel channel)
    {
        lock (_gate)
        {
            return _channel == channel ? _replaced.Task : Task.CompletedTask;
        }
    }

    /// <summary>Calls containerd's Task service.</summary>
    public Task<TResponse> TaskAsync<TRequest, TResponse>(
        string method, TRequest request, MessageParser<TResponse> parser, CancellationToken cancel)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse> =>
        Channel.UnaryAsync(TaskService, method, request, parser, cancel);

    /// <summary>Calls the service only our shims have.</summary>
    public Task<TResponse> AskAsync<TRequest, TResponse>(
        string method, TRequest request, MessageParser<TResponse> parser, CancellationToken cancel)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse> =>
        Channel.UnaryAsync(OwnService, method, request, parser, cancel);

    /// <summary>
    /// Another connection, for one stream: where it has a connection to itself, a reader that takes its time makes the
    /// shim wait instead of ending the stream. The caller disposes of it.
    /// </summary>
    public async Task<RpcChannel> OpenAsync(CancellationToken cancel) =>
        await TtrpcChannel.ConnectAsync(Directory.Socket, cancel);

    public static IAsyncEnumerable<Event> WatchEventsAsync(RpcChannel channel, ulong after, CancellationToken cancel) =>
        channel.ServerStreamAsync(
            OwnService, "WatchEvents", new ShimContracts.WatchEventsRequest { AfterSequence = after },
            Event.Parser, cancel);

    public static RpcDuplexCall<ShimContracts.AttachRequest, ShimContracts.AttachResponse> Attach(
        RpcChannel channel, CancellationToken cancel) =>
        channel.Duplex<ShimContracts.AttachRequest, ShimContracts.AttachResponse>(
            OwnService, "Attach", ShimContracts.AttachResponse.Parser, cancel);

    public async Task<IReadOnlyList<TaskMessage>> ListAsync(CancellationToken cancel)
    {
        var response = await AskAsync("List", new ShimContracts.ListRequest(),
            ShimContracts.ListResponse.Parser, cancel);
        return response.Tasks;
    }

    public Task<ShimContracts.InfoResponse> InfoAsync(CancellationToken cancel) =>
        AskAsync("Info", new ShimContracts.InfoRequest(), ShimContracts.InfoResponse.Parser, cancel);
}
