using ShimService.Contracts.V1;
using ShimService.Daemon.Registry;
using ShimService.Rpc;

namespace ShimService.Daemon.Verbs;

/// <summary>TaskService.Stats.</summary>
internal sealed class StatsVerb(TaskRegistry registry)
{
    public Task<TaskStats> RunAsync(StatsRequest request, RpcContext context) =>
        ReadAsync(registry.Require(request.Id), context.Cancellation);

    public static Task<TaskStats> ReadAsync(TaskEntry entry, CancellationToken cancel) =>
        entry.Live("Stats").AskAsync(
            "Stats", new ShimContracts.StatsRequest { Id = entry.Id }, TaskStats.Parser, cancel);
}
