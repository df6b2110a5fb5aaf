using ShimService.Contracts.V1;
using ShimService.Daemon.Events;
using ShimService.Rpc;

namespace ShimService.Daemon.Verbs.Events;

/// <summary>EventService.List: a page of the kept events.</summary>
internal sealed class ListEventsVerb(EventLog log)
{
    private const uint DefaultLimit = 1000;
    private const uint LargestLimit = 10_000;

    public Task<ListEventsResponse> RunAsync(ListEventsRequest request, RpcContext context)
    {
        var filter = EventQuery.Filter(request.ContainerIds, request.Topics);
        var limit = (int)Math.Min(request.Limit == 0 ? DefaultLimit : request.Limit, LargestLimit);
        var response = new ListEventsResponse { OldestSequence = log.Oldest, NewestSequence = log.Newest };
        var cursor = EventQuery.Open(log, request.AfterSequence);
        var batch = new List<RecordedEvent>();
        do
        {
            batch.Clear();
            EventQuery.Read(cursor, batch);
            response.Events.AddRange(batch.Select(recorded => recorded.Event).Where(filter.Passes)
                .Take(limit - response.Events.Count));
        }
        while (batch.Count > 0 && response.Events.Count < limit && !context.Cancellation.IsCancellationRequested);

        return Task.FromResult(response);
    }
}
