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
internal sealed partial class TaskHandlers(TaskManager tasks, RecordStore? records = null, string socket = "")
{
    private static readonly Empty Nothing = new();

    public ServiceTable Table(string service) => new(service,
    [
        Guarded.Unary<StateRequest, StateResponse>("State", StateRequest.Parser, StateAsync),
        Guarded.Unary<CreateTaskRequest, CreateTaskResponse>("Create", CreateTaskRequest.Parser, CreateAsync),
        Guarded.Unary<StartRequest, StartResponse>("Start", StartRequest.Parser, StartAsync),
        Guarded.Unary<DeleteRequest, DeleteResponse>("Delete", DeleteRequest.Parser, DeleteAsync),
        Guarded.Unary<PidsRequest, PidsResponse>("Pids", PidsRequest.Parser, PidsAsync),
        Guarded.Unary<PauseRequest, Empty>("Pause", PauseRequest.Parser, PauseAsync),
        Guarded.Unary<ResumeRequest, Empty>("Resume", ResumeRequest.Parser, ResumeAsync),
        Guarded.Unary<CheckpointTaskRequest, Empty>("Checkpoint", CheckpointTaskRequest.Parser, CheckpointAsync),
        Guarded.Unary<KillRequest, Empty>("Kill", KillRequest.Parser, KillAsync),
        Guarded.Unary<ExecProcessRequest, Empty>("Exec", ExecProcessRequest.Parser, ExecAsync),
        Guarded.Unary<ResizePtyRequest, Empty>("ResizePty", ResizePtyRequest.Parser, ResizePtyAsync),
        Guarded.Unary<CloseIORequest, Empty>("CloseIO", CloseIORequest.Parser, CloseIOAsync),
        Guarded.Unary<UpdateTaskRequest, Empty>("Update", UpdateTaskRequest.Parser, UpdateAsync),
        Guarded.Unary<WaitRequest, WaitResponse>("Wait", WaitRequest.Parser, WaitAsync),
        Guarded.Unary<StatsRequest, StatsResponse>("Stats", StatsRequest.Parser, StatsAsync),
        Guarded.Unary<ConnectRequest, ConnectResponse>("Connect", ConnectRequest.Parser, ConnectAsync),
        Guarded.Unary<ShutdownRequest, Empty>("Shutdown", ShutdownRequest.Parser, ShutdownAsync),
    ]);
}
