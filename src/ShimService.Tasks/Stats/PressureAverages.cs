namespace ShimService.Tasks.Stats;

/// <summary>Share of time stalled in percent over 10, 60 and 300 seconds; total in microseconds.</summary>
public sealed record PressureAverages(double Average10, double Average60, double Average300, ulong Total);
