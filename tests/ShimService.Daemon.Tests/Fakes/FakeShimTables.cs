using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using ShimService.Contracts.V1;
using ShimService.Rpc;
using V3 = ShimService.Contracts.Containerd.Task.V3;

namespace ShimService.Daemon.Tests.Fakes;

/// <summary>The tables of a <see cref="FakeShim"/>.</summary>
internal static class FakeShimTables
{
    public static IReadOnlyList<ServiceTable> Build(FakeShim shim) => [TaskTable(shim), ShimTable(shim)];

    private static ServiceTable TaskTable(FakeShim shim) => new("containerd.task.v3.Task",
    [
        RpcMethod.Unary("Create", V3.CreateTaskRequest.Parser,
            (V3.CreateTaskRequest request, RpcContext _) => shim.CreateAsync(request)),
        Unary("Start", V3.StartRequest.Parser, shim.Start),
        Unary("Exec", V3.ExecProcessRequest.Parser, request => Done(() => shim.Exec(request))),
        Unary("Kill", V3.KillRequest.Parser, request => Done(() =>
            shim.Exit(request.Id, 128 + request.Signal, request.ExecId))),
        RpcMethod.Unary("Wait", V3.WaitRequest.Parser, async (V3.WaitRequest request, RpcContext _) =>
            new V3.WaitResponse { ExitStatus = await shim.WaitAsync(request.Id, request.ExecId) }),
        Unary("Delete", V3.DeleteRequest.Parser, request =>
        {
            var (status, at) = shim.Delete(request.Id, request.ExecId, force: false);
            return new V3.DeleteResponse { ExitStatus = status, ExitedAt = at, Pid = FakeTask.Pid };
        }),
        Unary("Pause", V3.PauseRequest.Parser, request => Done(() => shim.Tell("/tasks/paused", request.Id))),
        Unary("Shutdown", V3.ShutdownRequest.Parser, request => Done(() => _ = shim.DisposeAsync().AsTask())),
    ]);

    private static ServiceTable ShimTable(FakeShim shim) => new("shimservice.shim.v1.Shim",
    [
        Unary("Info", ShimContracts.InfoRequest.Parser, _ => new ShimContracts.InfoResponse { Group = shim.Name }),
        Unary("List", ShimContracts.ListRequest.Parser, _ =>
            new ShimContracts.ListResponse { Tasks = { shim.List() } }),
        Unary("Get", ShimContracts.GetRequest.Parser, request =>
            new ShimContracts.GetResponse { Task = shim.Find(request.Id).Message.Clone() }),
        Unary("ForceDelete", ShimContracts.ForceDeleteRequest.Parser, request =>
        {
            var (status, at) = shim.Delete(request.Id, "", force: true);
            return new ShimContracts.ForceDeleteResponse { ExitStatus = status, ExitedAt = at };
        }),
        Unary("AcknowledgeEvents", ShimContracts.AcknowledgeEventsRequest.Parser, request =>
        {
            shim.Acknowledge(request.Sequence);
            return new ShimContracts.AcknowledgeEventsResponse();
        }),
        RpcMethod.ServerStream("WatchEvents", ShimContracts.WatchEventsRequest.Parser,
            (ShimContracts.WatchEventsRequest request, IRpcWriter<Event> writer, RpcContext context) =>
                shim.WatchAsync(request.AfterSequence, writer, context.Cancellation)),
        RpcMethod.Duplex("Attach", ShimContracts.AttachRequest.Parser,
            (IRpcReader<ShimContracts.AttachRequest> reader, IRpcWriter<ShimContracts.AttachResponse> writer,
                RpcContext context) => AttachAsync(shim, reader, writer, context)),
    ]);

    private static async Task AttachAsync(
        FakeShim shim, IRpcReader<ShimContracts.AttachRequest> reader,
        IRpcWriter<ShimContracts.AttachResponse> writer, RpcContext context)
    {
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(context.Cancellation);
        await using var requests = reader.ReadAllAsync(leaving.Token).GetAsyncEnumerator();
        await requests.MoveNextAsync();
        var task = shim.Find(requests.Current.Id);
        var length = File.Exists(task.LogPath) ? new FileInfo(task.LogPath).Length : 0;
        while (task.OutputReader.TryRead(out _))
        {
            // Older than the attachment: in the log.
        }

        await writer.WriteAsync(new ShimContracts.AttachResponse { LogBytes = (ulong)length }, context.Cancellation);
        task.Attach();
        var reading = ReadInputAsync(task, requests);
        await foreach (var bytes in task.OutputReader.ReadAllAsync(context.Cancellation))
        {
            await writer.WriteAsync(
                new ShimContracts.AttachResponse { Stream = Contracts.V1.Stream.Stdout, Data = ByteString.CopyFrom(bytes) },
                context.Cancellation);
        }

        await leaving.CancelAsync();
        await reading;
    }

    private static async Task ReadInputAsync(FakeTask task, IAsyncEnumerator<ShimContracts.AttachRequest> requests)
    {
        try
        {
            while (await requests.MoveNextAsync())
            {
                task.Write(requests.Current.Stdin.ToStringUtf8());
            }
        }
        catch (Exception error) when (error is OperationCanceledException or RpcException)
        {
            // The call is over.
        }
    }

    private static Empty Done(Action action)
    {
        action();
        return new Empty();
    }

    private static RpcMethod Unary<TRequest, TResponse>(
        string name, MessageParser<TRequest> parser, Func<TRequest, TResponse> handler)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse> =>
        RpcMethod.Unary<TRequest, TResponse>(name, parser, (request, _) => Task.FromResult(handler(request)));
}
