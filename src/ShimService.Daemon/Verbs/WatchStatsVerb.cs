using ShimService.Contracts.V1;
using ShimService.Daemon.Registry;
using ShimService.Daemon.Services;
using ShimService.Network;
using ShimService.Rpc;

namespace ShimService.Daemon.Verbs;

/// <summary>TaskService.WatchStats: the first answer at once, then one per interval, until the task stops.</summary>
internal sealed class WatchStatsVerb(TaskRegistry registry, NetworkManager networks, StopSignal stop, TimeProvider time)
{
    private const uint DefaultMilliseconds = 1000;
    private const uint ShortestMilliseconds = 100;

    public Task RunAsync(WatchStatsRequest request, IRpcWriter<TaskStats> writer, RpcContext context)
    {
        var entry = registry.Require(request.Id);
        var milliseconds = request.IntervalMilliseconds == 0 ? DefaultMilliseconds : request.IntervalMilliseconds;
        return milliseconds < ShortestMilliseconds
            ? throw RpcException.InvalidArgument("interval_milliseconds",
                $"interval_milliseconds {milliseconds} is too short: at least {ShortestMilliseconds}")
            : stop.RunAsync(
                context, cancel => WatchAsync(entry, TimeSpan.FromMilliseconds(milliseconds), writer, cancel));
    }

    private async Task WatchAsync(
        TaskEntry entry, TimeSpan interval, IRpcWriter<TaskStats> writer, CancellationToken cancel)
    {
        await writer.WriteAsync(await StatsVerb.ReadAsync(entry, networks, cancel), cancel);
        using var timer = new PeriodicTimer(interval, time);
        while (await timer.WaitForNextTickAsync(cancel))
        {
            TaskStats stats;
            try
            {
                stats = await StatsVerb.ReadAsync(entry, networks, cancel);
            }
            catch (RpcException error) when (error.Code is RpcStatusCode.NotFound or RpcStatusCode.FailedPrecondition)
            {
                return;
            }

            await writer.WriteAsync(stats, cancel);
        }
    }
}
