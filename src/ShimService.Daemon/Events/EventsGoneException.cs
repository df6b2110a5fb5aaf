namespace ShimService.Daemon.Events;

/// <summary>The events after <paramref name="after"/> are no longer kept, or were never written.</summary>
internal sealed class EventsGoneException(ulong after, ulong oldest, ulong newest) : Exception(
    after > newest
        ? $"events after {after} were asked for, but the newest is {newest}: this node's event log was replaced; "
            + "list the tasks and watch from 0"
        : $"events after {after} are gone, the oldest kept is {oldest}; list the tasks and watch after {oldest - 1}")
{
    public ulong Oldest { get; } = oldest;

    public ulong Newest { get; } = newest;
}
