namespace ShimService.Tasks.Stats;

/// <summary>Amounts in bytes. Limit null = unlimited.</summary>
public sealed record MemoryStats(ulong Usage, ulong? Limit)
{
    public ulong Peak { get; init; }

    public ulong Anonymous { get; init; }

    public ulong File { get; init; }

    public ulong InactiveFile { get; init; }

    public ulong Kernel { get; init; }

    public ulong Swap { get; init; }

    public ulong PageFaults { get; init; }

    public ulong MajorPageFaults { get; init; }

    public ulong LimitHits { get; init; }

    public ulong OomKills { get; init; }
}
