using ShimService.Contracts.V1;
using ShimService.Daemon.Registry;
using ShimService.Daemon.Verbs.Networks;
using ShimService.Network;
using ShimService.Rpc;

namespace ShimService.Daemon.Verbs;

/// <summary>TaskService.Stats.</summary>
internal sealed class StatsVerb(TaskRegistry registry, NetworkManager networks)
{
    public Task<TaskStats> RunAsync(StatsRequest request, RpcContext context) =>
        ReadAsync(registry.Require(request.Id), networks, context.Cancellation);

    public static async Task<TaskStats> ReadAsync(TaskEntry entry, NetworkManager networks, CancellationToken cancel)
    {
        var stats = await entry.Live("Stats").AskAsync(
            "Stats", new ShimContracts.StatsRequest { Id = entry.Id }, TaskStats.Parser, cancel);
        if (networks.Find(entry.Id) is not null && await InitOf.FindAsync(entry, cancel) is > 0 and var pid)
        {
            stats.Networks.Add((await networks.CountersAsync(pid)).Select(NetworkMapping.Map));
        }

        return stats;
    }
}
