namespace ShimService.Oci.Build;

/// <summary>How a container's health would be asked for; times in nanoseconds, 0 = the default.</summary>
public sealed record HealthConfig(long Interval, long Timeout, long StartPeriod, long StartInterval, int Retries);
