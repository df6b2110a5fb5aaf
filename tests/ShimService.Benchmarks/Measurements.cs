namespace ShimService.Benchmarks;

/// <summary>The times of one row, in nanoseconds.</summary>
internal sealed class Measurements
{
    private readonly List<long> _times = [];

    public void Add(long nanoseconds) => _times.Add(nanoseconds);

    public double Median => Quantile(0.5);

    /// <summary>The time that this share of launches stays below; nearest rank.</summary>
    public double Quantile(double share)
    {
        long[] sorted = [.. _times.Order()];
        return sorted[Math.Clamp((int)Math.Ceiling(share * sorted.Length) - 1, 0, sorted.Length - 1)];
    }
}
