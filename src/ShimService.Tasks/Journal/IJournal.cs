using ShimService.Tasks.Events;

namespace ShimService.Tasks.Journal;

/// <summary>
/// What happened in a shim, in order, kept until somebody has made it durable elsewhere.
/// Every member may be called from any thread; none blocks on a reader.
/// </summary>
public interface IJournal
{
    /// <summary>The newest sequence; 0 when nothing has happened yet.</summary>
    ulong Last { get; }

    /// <summary>Adds an event, whose own sequence is not looked at. Returns the sequence it got.</summary>
    ulong Append(TaskEvent happened);

    /// <summary>Events after a sequence that are still kept, oldest first, at most <paramref name="limit"/>.</summary>
    IReadOnlyList<TaskEvent> ReadAfter(ulong sequence, int limit);

    /// <summary>Completes when there is an event after <paramref name="sequence"/>.</summary>
    Task WaitAfterAsync(ulong sequence, CancellationToken cancel);

    /// <summary>Everything up to <paramref name="sequence"/> may be dropped.</summary>
    void Acknowledge(ulong sequence);
}
