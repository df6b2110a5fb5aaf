using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using ShimService.Contracts.Containerd.Task.V2;
using ShimService.Contracts.Shim.V1;
using ShimService.Rpc;
using Event = ShimService.Contracts.V1.Event;

namespace ShimService.Containerd.Tests.Harness;

/// <summary>
/// The Task service of one shim, past containerd: for what containerd itself would serialize, cache or refuse.
/// </summary>
internal sealed class ShimConnection : IAsyncDisposable
{
    private const string Service = "containerd.task.v2.Task";

    private readonly TtrpcChannel _channel;

    private ShimConnection(TtrpcChannel channel) => _channel = channel;

    public Task Closed => _channel.Closed;

    /// <summary>To the shim that serves that task, by the address file in its bundle.</summary>
    public static async Task<ShimConnection> OpenAsync(ContainerdDaemon daemon, string id) =>
        new(await TtrpcChannel.ConnectAsync(AddressOf(daemon, id), CancellationToken.None));

    /// <returns>The path of the shim's socket.</returns>
    public static string AddressOf(ContainerdDaemon daemon, string id) =>
        File.ReadAllText(Path.Combine(daemon.Bundle(id), "address")).Trim()["unix://".Length..];

    public Task<CreateTaskResponse> CreateAsync(CreateTaskRequest request) =>
        CallAsync("Create", request, CreateTaskResponse.Parser);

    public Task<StartResponse> StartAsync(string id, string execId = "") =>
        CallAsync("Start", new StartRequest { Id = id, ExecId = execId }, StartResponse.Parser);

    public Task<StateResponse> StateAsync(string id, string execId = "") =>
        CallAsync("State", new StateRequest { Id = id, ExecId = execId }, StateResponse.Parser);

    public Task<WaitResponse> WaitAsync(string id, string execId = "") =>
        CallAsync("Wait", new WaitRequest { Id = id, ExecId = execId }, WaitResponse.Parser);

    public Task<DeleteResponse> DeleteAsync(string id, string execId = "") =>
        CallAsync("Delete", new DeleteRequest { Id = id, ExecId = execId }, DeleteResponse.Parser);

    public Task ExecAsync(ExecProcessRequest request) => CallAsync("Exec", request, Empty.Parser);

    public Task KillAsync(string id, uint signal) =>
        CallAsync("Kill", new KillRequest { Id = id, Signal = signal }, Empty.Parser);

    public Task ShutdownAsync(string id) =>
        CallAsync("Shutdown", new ShutdownRequest { Id = id }, Empty.Parser);

    /// <summary>
    /// What the shim's journal holds and will hold, until the container is deleted or the shim has gone.
    /// </summary>
    /// <param name="id">Of the container.</param>
    /// <param name="exited">Set when the first exit of its init has been read.</param>
    public async Task<List<Event>> ReadJournalAsync(string id, TaskCompletionSource exited)
    {
        var found = new List<Event>();
        try
        {
            await foreach (Event one in _channel.ServerStreamAsync<WatchEventsRequest, Event>(
                "shimservice.shim.v1.Shim", "WatchEvents", new WatchEventsRequest(), Event.Parser, CancellationToken.None))
            {
                if (one.ContainerId == id && one.ExecId.Length == 0)
                {
                    found.Add(one);
                    if (one.Topic == "/tasks/exit")
                    {
                        exited.TrySetResult();
                    }
                    else if (one.Topic == "/tasks/delete")
                    {
                        break;
                    }
                }
            }
        }
        catch (RpcException failure) when (failure.Code == RpcStatusCode.Unavailable)
        {
            // The shim of a deleted container ends.
        }

        return found;
    }

    public ValueTask DisposeAsync() => _channel.DisposeAsync();

    private Task<TAnswer> CallAsync<TRequest, TAnswer>(string method, TRequest request, MessageParser<TAnswer> parser)
        where TRequest : class, IMessage<TRequest>
        where TAnswer : class, IMessage<TAnswer> =>
        _channel.UnaryAsync(Service, method, request, parser, CancellationToken.None).WaitAsync(Command.Limit);
}
