namespace ShimService.Daemon.Events;

/// <summary>
/// What the log keeps. Whole segments are dropped, so up to one segment more than MaximumCount stays.
/// </summary>
internal sealed record EventLogOptions(int MaximumCount, TimeSpan MaximumAge)
{
    private const int SegmentsKept = 8;
    private const int LargestSegment = 4 << 20;

    public int SegmentCount => Math.Max(1, MaximumCount / SegmentsKept);

    public static int SegmentBytes => LargestSegment;
}
