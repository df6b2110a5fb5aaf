namespace ShimService.Oci.Build;

/// <summary>Limits as config.proto words them: 0 or null = unlimited.</summary>
public sealed record ResourcesConfig
{
    public long MemoryLimitBytes { get; init; }

    /// <summary>Memory and swap together; −1 = unlimited swap; 0 = twice the limit where swap is counted.</summary>
    public long SwapLimitBytes { get; init; }

    public long MemoryReservationBytes { get; init; }

    /// <summary>0 to 100; −1 = the same as null.</summary>
    public long? Swappiness { get; init; }

    public bool DisableOomKiller { get; init; }

    public long CpuShares { get; init; }

    public long CpuQuotaMicroseconds { get; init; }

    public ulong CpuPeriodMicroseconds { get; init; }

    /// <summary>Shorthand for quota and period: 1.5 = one and a half CPUs.</summary>
    public double Cpus { get; init; }

    /// <summary>The same in billionths, as Docker's API has it.</summary>
    public long NanoCpus { get; init; }

    public long RealtimePeriodMicroseconds { get; init; }

    public long RealtimeRuntimeMicroseconds { get; init; }

    public string CpusetCpus { get; init; } = "";

    public string CpusetMems { get; init; } = "";

    public long? PidsLimit { get; init; }

    public ushort BlockIoWeight { get; init; }

    public IReadOnlyList<WeightConfig> WeightDevices { get; init; } = [];

    public IReadOnlyList<ThrottleConfig> ThrottleReadBytes { get; init; } = [];

    public IReadOnlyList<ThrottleConfig> ThrottleWriteBytes { get; init; } = [];

    public IReadOnlyList<ThrottleConfig> ThrottleReadOperations { get; init; } = [];

    public IReadOnlyList<ThrottleConfig> ThrottleWriteOperations { get; init; } = [];

    /// <summary>Percent of all CPUs; Windows only.</summary>
    public long CpuPercent { get; init; }

    /// <summary>Whole CPUs; Windows only.</summary>
    public long CpuCount { get; init; }

    /// <summary>Of the system drive, per second; Windows only.</summary>
    public ulong IoMaximumBandwidth { get; init; }

    /// <summary>Of the system drive, per second; Windows only.</summary>
    public ulong IoMaximumOperations { get; init; }
}
