using System.Collections.Frozen;
using ShimService.Contracts.V1;

namespace ShimService.Daemon.Events;

/// <summary>Which events a client asked for; an empty set lets everything through.</summary>
internal sealed class EventFilter(IEnumerable<string> containers, IEnumerable<string> topics)
{
    private readonly FrozenSet<string> _containers = containers.ToFrozenSet(StringComparer.Ordinal);
    private readonly FrozenSet<string> _topics = topics.ToFrozenSet(StringComparer.Ordinal);

    public bool Passes(Event message) =>
        (_containers.Count == 0 || _containers.Contains(message.ContainerId))
        && (_topics.Count == 0 || _topics.Contains(message.Topic));
}
