using ShimService.Contracts.V1;
using ShimService.Daemon.Events;
using ShimService.Daemon.Services;
using ShimService.Rpc;

namespace ShimService.Daemon.Verbs.Events;

/// <summary>
/// EventService.Watch. Each watcher reads the log at its own pace: what it replays and what is live come from one
/// place by one cursor, so nothing is missed or told twice. One that falls behind what is kept is told OUT_OF_RANGE.
/// </summary>
internal sealed class WatchEventsVerb(EventLog log, StopSignal stop)
{
    public Task RunAsync(WatchEventsRequest request, IRpcWriter<Event> writer, RpcContext context)
    {
        var filter = EventQuery.Filter(request.ContainerIds, request.Topics);
        var cursor = EventQuery.Open(log, request.HasAfterSequence ? request.AfterSequence : log.Newest);
        return stop.RunAsync(context, cancel => WatchAsync(cursor, filter, writer, cancel));
    }

    private async Task WatchAsync(
        EventCursor cursor, EventFilter filter, IRpcWriter<Event> writer, CancellationToken cancel)
    {
        var batch = new List<RecordedEvent>();
        while (true)
        {
            EventQuery.Read(cursor, batch);
            foreach (var recorded in batch)
            {
                if (filter.Passes(recorded.Event))
                {
                    await writer.WriteAsync(recorded.Event, cancel);
                }
            }

            if (batch.Count == 0)
            {
                await log.WaitBeyondAsync(cursor.Position, cancel);
            }

            batch.Clear();
        }
    }
}
