namespace ShimService.Shim.Journal;

internal sealed record JournalOptions
{
    /// <summary>Bytes the file may have before it is rewritten without what is not needed any more.</summary>
    public long CompactAt { get; init; } = 1 << 20;

    /// <summary>Events that are kept in memory for readers who keep up; the others read the file.</summary>
    public int InMemory { get; init; } = 256;
}
