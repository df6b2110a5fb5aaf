using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using ShimService.Contracts.Containerd.Task.V3;
using ShimService.Daemon.Verbs;
using ShimService.Rpc;

namespace ShimService.Daemon.Services.Containerd;

/// <summary>
/// containerd's Task service over all shims: a call goes to the shim of the container it names. v2 and v3 have the
/// same messages on the wire and differ in the service's name only.
/// </summary>
internal sealed class ContainerdTaskTable(
    Registry.TaskRegistry registry, TaskRemoval removal, Verbs.Creation.ForeignCreation creation)
{
    public const string V2 = "containerd.task.v2.Task";
    public const string V3 = "containerd.task.v3.Task";

    public ServiceTable Build(string service) => new(service,
    [
        Forward("State", StateRequest.Parser, StateResponse.Parser, request => request.Id),
        Edge.Unary("Create", CreateTaskRequest.Parser, (request, context) =>
            Detached.WaitAsync(creation.CreateAsync(request), context)),
        Forward("Start", StartRequest.Parser, StartResponse.Parser, request => request.Id),
        Edge.Unary<DeleteRequest, DeleteResponse>("Delete", DeleteRequest.Parser, DeleteAsync),
        Forward("Pids", PidsRequest.Parser, PidsResponse.Parser, request => request.Id),
        Forward("Pause", PauseRequest.Parser, Empty.Parser, request => request.Id),
        Forward("Resume", ResumeRequest.Parser, Empty.Parser, request => request.Id),
        Forward("Checkpoint", CheckpointTaskRequest.Parser, Empty.Parser, request => request.Id),
        Forward("Kill", KillRequest.Parser, Empty.Parser, request => request.Id),
        Forward("Exec", ExecProcessRequest.Parser, Empty.Parser, request => request.Id),
        Forward("ResizePty", ResizePtyRequest.Parser, Empty.Parser, request => request.Id),
        Forward("CloseIO", CloseIORequest.Parser, Empty.Parser, request => request.Id),
        Forward("Update", UpdateTaskRequest.Parser, Empty.Parser, request => request.Id),
        Forward("Wait", WaitRequest.Parser, WaitResponse.Parser, request => request.Id),
        Forward("Stats", StatsRequest.Parser, StatsResponse.Parser, request => request.Id),
        Forward("Connect", ConnectRequest.Parser, ConnectResponse.Parser, request => request.Id),
        Edge.Unary<ShutdownRequest, Empty>("Shutdown", ShutdownRequest.Parser, (_, _) =>
            throw RpcException.Unimplemented("Shutdown: the shims are shimd's to end; Delete the task")),
    ]);

    private RpcMethod Forward<TRequest, TResponse>(
        string name, MessageParser<TRequest> parser, MessageParser<TResponse> responses, Func<TRequest, string> id)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse> =>
        Edge.Unary<TRequest, TResponse>(name, parser, (request, context) =>
            registry.Require(id(request)).Live(name).TaskAsync(name, request, responses, context.Cancellation));

    private async Task<DeleteResponse> DeleteAsync(DeleteRequest request, RpcContext context)
    {
        var entry = registry.Require(request.Id);
        var answer = await Detached.WaitAsync(
            request.ExecId.Length == 0
                ? removal.RemoveAsync(entry, Force.No)
                : DeleteVerb.DeleteExecAsync(entry, request.ExecId, Force.No),
            context);
        return new DeleteResponse { Pid = answer.Pid, ExitStatus = answer.ExitStatus, ExitedAt = answer.ExitedAt };
    }
}
