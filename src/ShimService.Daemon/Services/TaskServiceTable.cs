using ShimService.Contracts.V1;
using ShimService.Daemon.Verbs;
using ShimService.Daemon.Verbs.Streams;
using ShimService.Rpc;

namespace ShimService.Daemon.Services;

/// <summary>shimservice.v1.TaskService: one row per verb.</summary>
internal static class TaskServiceTable
{
    public const string Name = "shimservice.v1.TaskService";

    public static ServiceTable Build(DaemonParts parts)
    {
        var (registry, stop) = (parts.Registry, parts.Stop);
        return new ServiceTable(Name,
        [
            Edge.Unary("Create", CreateRequest.Parser, new CreateVerb(parts.Creation).RunAsync),
            Edge.Unary("Start", StartRequest.Parser, new StartVerb(registry).RunAsync),
            Edge.Unary("Run", CreateRequest.Parser, new RunVerb(parts.Creation, parts.Removal).RunAsync),
            Edge.Unary("Kill", KillRequest.Parser, new KillVerb(registry).RunAsync),
            Edge.Unary("Exec", ExecRequest.Parser, new ExecVerb(registry).RunAsync),
            Edge.Duplex<AttachRequest, AttachResponse>(
                "Attach", AttachRequest.Parser, new AttachVerb(registry, stop).RunAsync),
            Edge.ServerStream<LogsRequest, LogsResponse>(
                "Logs", LogsRequest.Parser, new LogsVerb(registry, stop).RunAsync),
            Edge.Unary("Pause", PauseRequest.Parser, new PauseVerb(registry).RunAsync),
            Edge.Unary("Resume", ResumeRequest.Parser, new ResumeVerb(registry).RunAsync),
            Edge.Unary("Update", UpdateRequest.Parser, new UpdateVerb(registry, parts.BuildHost).RunAsync),
            Edge.Unary("Stats", StatsRequest.Parser, new StatsVerb(registry, parts.Networks).RunAsync),
            Edge.ServerStream<WatchStatsRequest, TaskStats>(
                "WatchStats", WatchStatsRequest.Parser, new WatchStatsVerb(
                    registry, parts.Networks, stop, parts.Time).RunAsync),
            Edge.Unary("Pids", PidsRequest.Parser, new PidsVerb(registry).RunAsync),
            Edge.Unary("Wait", WaitRequest.Parser, new WaitVerb(registry, stop).RunAsync),
            Edge.Unary("Get", GetRequest.Parser, new GetVerb(registry, parts.Networks).RunAsync),
            Edge.Unary("List", ListRequest.Parser, new ListVerb(registry, parts.Networks).RunAsync),
            Edge.Unary("Delete", DeleteRequest.Parser, new DeleteVerb(registry, parts.Removal).RunAsync),
            Edge.Unary("ResizePty", ResizePtyRequest.Parser, new ResizePtyVerb(registry).RunAsync),
            Edge.Unary("CloseStdin", CloseStdinRequest.Parser, new CloseStdinVerb(registry).RunAsync),
            Edge.Unary("Explain", ExplainRequest.Parser,
                new ExplainVerb(
                    registry, parts.Pool, parts.Sources, parts.BuildHost, parts.Layout).RunAsync),
            Edge.Unary("Stop", StopRequest.Parser, new StopVerb(registry, stop, parts.Time).RunAsync),
            Edge.Unary("Checkpoint", CheckpointRequest.Parser, new CheckpointVerb(registry).RunAsync),
        ]);
    }
}
