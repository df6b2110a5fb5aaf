using ShimService.Tasks.Values;

namespace ShimService.Shim.Journal;

internal sealed record JournalOptions
{
    /// <summary>Bytes the file may have before it is rewritten without what is not needed any more.</summary>
    public long CompactAt { get; init; } = 1 << 20;

    /// <summary>Events that are kept in memory for readers who keep up; the others read the file.</summary>
    public int InMemory { get; init; } = 256;

    /// <summary>
    /// Whether an exec that has exited is over, so that nobody can ask for it any more: its events may go when the file
    /// is rewritten. Called with the journal locked.
    /// </summary>
    public Func<ContainerId, ExecId, bool> IsOver { get; init; } = static (_, _) => true;
}
