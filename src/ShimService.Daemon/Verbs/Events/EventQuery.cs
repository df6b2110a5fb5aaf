using ShimService.Daemon.Events;
using ShimService.Rpc;
using ShimService.Tasks.Values;

namespace ShimService.Daemon.Verbs.Events;

/// <summary>What Watch and List have in common: the filter's words, and events that are gone.</summary>
internal static class EventQuery
{
    /// <summary>Errors: InvalidArgument for a container id that cannot be one, or an unknown topic.</summary>
    public static EventFilter Filter(IReadOnlyList<string> containerIds, IReadOnlyList<string> topics)
    {
        for (var index = 0; index < containerIds.Count; index++)
        {
            ContainerId.Parse(containerIds[index], $"container_ids[{index}]");
        }

        for (var index = 0; index < topics.Count; index++)
        {
            if (!Topics.All.Contains(topics[index]))
            {
                throw RpcException.InvalidArgument($"topics[{index}]",
                    $"there is no topic {topics[index]}; there are {string.Join(", ", Topics.All)}");
            }
        }

        return new EventFilter(containerIds, topics);
    }

    /// <summary>0 = from the oldest kept. Errors: OutOfRange naming the oldest kept.</summary>
    public static EventCursor Open(EventLog log, ulong after) => Translate(() => log.OpenCursor(after));

    public static void Read(EventCursor cursor, List<RecordedEvent> into) => Translate(() =>
    {
        cursor.Read(into);
        return cursor;
    });

    private static EventCursor Translate(Func<EventCursor> step)
    {
        try
        {
            return step();
        }
        catch (EventsGoneException gone)
        {
            throw RpcException.Create(RpcStatusCode.OutOfRange, "EVENTS_GONE", gone.Message,
                [new("oldest_sequence", $"{gone.Oldest}"), new("newest_sequence", $"{gone.Newest}")], gone);
        }
    }
}
