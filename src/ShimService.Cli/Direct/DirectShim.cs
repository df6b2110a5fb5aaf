using System.Net.Sockets;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using ShimService.Contracts.Containerd.Task.V3;
using ShimService.Rpc;
using ShimApi = ShimService.Contracts.Shim.V1;
using Task = System.Threading.Tasks.Task;

namespace ShimService.Cli.Direct;

/// <summary>One container's own shim, over ttrpc.</summary>
internal sealed class DirectShim(TtrpcChannel channel) : IAsyncDisposable
{
    private const string TaskService = "containerd.task.v3.Task";
    private const string ShimService = "shimservice.shim.v1.Shim";
    private static readonly TimeSpan ShutdownLimit = TimeSpan.FromSeconds(10);

    /// <summary>Null where nobody listens: the shim died.</summary>
    public static async Task<DirectShim?> TryConnectAsync(string socket, CancellationToken cancel)
    {
        try
        {
            return new DirectShim(await TtrpcChannel.ConnectAsync(socket, cancel));
        }
        catch (Exception error) when (
            error is SocketException or RpcException { Code: RpcStatusCode.Unavailable } or IOException)
        {
            return null;
        }
    }

    /// <exception cref="CliException">No such container, or its shim died.</exception>
    public static async Task<DirectShim> ConnectAsync(DirectState state, string id, CancellationToken cancel)
    {
        state.MustExist(id);
        return await TryConnectAsync(state.Socket(id), cancel)
            ?? throw new CliException(
                $"the shim of container {id} is gone; delete --force {id} cleans up", ExitStatus.RuncStyle);
    }

    public Task<TRes> TaskAsync<TReq, TRes>(
        string method, TReq request, MessageParser<TRes> parser, CancellationToken cancel)
        where TReq : class, IMessage<TReq>
        where TRes : class, IMessage<TRes> =>
        channel.UnaryAsync(TaskService, method, request, parser, cancel);

    public async Task<Contracts.V1.Task> GetAsync(string id, CancellationToken cancel)
    {
        var request = new ShimApi.GetRequest { Id = id };
        return (await channel.UnaryAsync(ShimService, "Get", request, ShimApi.GetResponse.Parser, cancel)).Task;
    }

    /// <summary>The container's processes, as the host sees them.</summary>
    public async Task<IReadOnlyList<uint>> PidsAsync(string id, CancellationToken cancel)
    {
        var request = new ShimApi.PidsRequest { Id = id };
        ShimApi.PidsResponse answer =
            await channel.UnaryAsync(ShimService, "Pids", request, ShimApi.PidsResponse.Parser, cancel);
        return [.. answer.Processes.Select(process => process.Pid)];
    }

    /// <summary>Returns once the container is not paused any more, whatever it is then.</summary>
    public async Task AwaitResumedAsync(string id, CancellationToken cancel)
    {
        // The journal is kept whole: a resume between the two looks is in it.
        await foreach (Contracts.V1.Event one in WatchAsync(cancel))
        {
            if (one.Topic is "/tasks/resumed" or "/tasks/exit"
                && (await GetAsync(id, cancel)).State != Contracts.V1.TaskState.Paused)
            {
                return;
            }
        }
    }

    /// <summary>What has happened in the shim, and then what does.</summary>
    public IAsyncEnumerable<Contracts.V1.Event> WatchAsync(CancellationToken cancel) =>
        channel.ServerStreamAsync(
            ShimService, "WatchEvents", new ShimApi.WatchEventsRequest(), Contracts.V1.Event.Parser, cancel);

    public Task<ShimApi.ForceDeleteResponse> ForceDeleteAsync(string id, CancellationToken cancel)
    {
        var request = new ShimApi.ForceDeleteRequest { Id = id };
        return channel.UnaryAsync(ShimService, "ForceDelete", request, ShimApi.ForceDeleteResponse.Parser, cancel);
    }

    /// <summary>Ends the shim, which holds no task any more, and waits until it is gone.</summary>
    public async Task ShutdownAsync(string id, CancellationToken cancel)
    {
        try
        {
            var request = new ShutdownRequest { Id = id, Now = true };
            await TaskAsync("Shutdown", request, Empty.Parser, cancel);
        }
        catch (RpcException error) when (error.Code == RpcStatusCode.Unavailable)
        {
            // It went before it could answer.
        }

        await channel.Closed.WaitAsync(ShutdownLimit, cancel);
    }

    public ValueTask DisposeAsync() => channel.DisposeAsync();
}
