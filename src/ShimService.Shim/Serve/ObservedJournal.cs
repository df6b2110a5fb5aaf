using ShimService.Tasks.Events;
using ShimService.Tasks.Journal;

namespace ShimService.Shim.Serve;

/// <summary>Says that something happened, to whom it does not matter what.</summary>
internal sealed class ObservedJournal(IJournal journal, Action happened) : IJournal
{
    public ulong Last => journal.Last;

    public ulong Append(TaskEvent entry)
    {
        happened();
        return journal.Append(entry);
    }

    public IReadOnlyList<TaskEvent> ReadAfter(ulong sequence, int limit) => journal.ReadAfter(sequence, limit);

    public Task WaitAfterAsync(ulong sequence, CancellationToken cancel) => journal.WaitAfterAsync(sequence, cancel);

    public void Acknowledge(ulong sequence) => journal.Acknowledge(sequence);
}
