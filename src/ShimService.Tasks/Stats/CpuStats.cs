namespace ShimService.Tasks.Stats;

/// <summary>Times in nanoseconds.</summary>
public sealed record CpuStats(
    ulong Usage, ulong User, ulong System, ulong Periods, ulong ThrottledPeriods, ulong Throttled);
