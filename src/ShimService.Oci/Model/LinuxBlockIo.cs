namespace ShimService.Oci.Model;

/// <summary>Block device limits. Source: OCI runtime-spec 1.3.0 config-linux.md#block-io.</summary>
public sealed record LinuxBlockIo
{
    /// <summary>10 to 1000.</summary>
    public ushort? Weight { get; init; }

    /// <summary>cgroup v1 only.</summary>
    public ushort? LeafWeight { get; init; }

    public IReadOnlyList<LinuxWeightDevice> WeightDevices { get; init; } = [];

    public IReadOnlyList<LinuxThrottleDevice> ThrottleReadBps { get; init; } = [];

    public IReadOnlyList<LinuxThrottleDevice> ThrottleWriteBps { get; init; } = [];

    public IReadOnlyList<LinuxThrottleDevice> ThrottleReadIops { get; init; } = [];

    public IReadOnlyList<LinuxThrottleDevice> ThrottleWriteIops { get; init; } = [];
}
