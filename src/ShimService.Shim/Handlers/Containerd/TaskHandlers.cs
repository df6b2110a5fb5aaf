using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using ShimService.Contracts.Containerd.Task.V3;
using ShimService.Rpc;
using ShimService.Shim.Handlers.Mapping;
using ShimService.Shim.Records;
using ShimService.Tasks.Supervision;

namespace ShimService.Shim.Handlers.Containerd;

/// <summary>
/// containerd's Task service, a file per verb. Versions 2 and 3 have the same messages under two names, so one table
/// serves both: an upgraded or downgraded containerd finds its service either way.
/// Source: containerd 2.1 api/runtime/task/v3.
/// </summary>
/// <param name="tasks">What it is all about.</param>
/// <param name="records">Where a create under way is noted down; null = nowhere.</param>
/// <param name="socket">Where this is served, for the record.</param>
/// <param name="noted">Which creates under way.</param>
/// <param name="details">Of errors.</param>
internal sealed partial class TaskHandlers(
    TaskManager tasks, RecordStore? records = null, string socket = "", NotedCreates noted = NotedCreates.All,
    ErrorDetails details = ErrorDetails.Full)
{
    private static readonly Empty Nothing = new();

    public ServiceTable Table(string service) => new(service,
    [
        Row<StateRequest, StateResponse>("State", StateRequest.Parser, StateAsync),
        Row<CreateTaskRequest, CreateTaskResponse>("Create", CreateTaskRequest.Parser, CreateAsync).RunOnPool(),
        Row<StartRequest, StartResponse>("Start", StartRequest.Parser, StartAsync),
        Row<DeleteRequest, DeleteResponse>("Delete", DeleteRequest.Parser, DeleteAsync),
        Row<PidsRequest, PidsResponse>("Pids", PidsRequest.Parser, PidsAsync),
        Row<PauseRequest, Empty>("Pause", PauseRequest.Parser, PauseAsync),
        Row<ResumeRequest, Empty>("Resume", ResumeRequest.Parser, ResumeAsync),
        Row<CheckpointTaskRequest, Empty>("Checkpoint", CheckpointTaskRequest.Parser, CheckpointAsync),
        Row<KillRequest, Empty>("Kill", KillRequest.Parser, KillAsync),
        Row<ExecProcessRequest, Empty>("Exec", ExecProcessRequest.Parser, ExecAsync),
        Row<ResizePtyRequest, Empty>("ResizePty", ResizePtyRequest.Parser, ResizePtyAsync),
        Row<CloseIORequest, Empty>("CloseIO", CloseIORequest.Parser, CloseIOAsync),
        Row<UpdateTaskRequest, Empty>("Update", UpdateTaskRequest.Parser, UpdateAsync),
        Row<WaitRequest, WaitResponse>("Wait", WaitRequest.Parser, WaitAsync),
        Row<StatsRequest, StatsResponse>("Stats", StatsRequest.Parser, StatsAsync),
        Row<ConnectRequest, ConnectResponse>("Connect", ConnectRequest.Parser, ConnectAsync),
        Row<ShutdownRequest, Empty>("Shutdown", ShutdownRequest.Parser, ShutdownAsync),
    ]);

    private RpcMethod Row<TReq, TRes>(
        string name, MessageParser<TReq> parser, Func<TReq, RpcContext, Task<TRes>> handler)
        where TReq : class, IMessage<TReq>
        where TRes : class, IMessage<TRes> => Guarded.Unary(name, parser, handler, details);
}
