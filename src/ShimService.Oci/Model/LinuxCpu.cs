namespace ShimService.Oci.Model;

/// <summary>
/// CPU shares, bandwidth in microseconds, and CPU sets. Source: OCI runtime-spec 1.3.0 config-linux.md#cpu.
/// </summary>
public sealed record LinuxCpu
{
    /// <summary>Relative weight as cgroup v1 counts it, 2 to 262144.</summary>
    public ulong? Shares { get; init; }

    /// <summary>Microseconds of CPU time per <see cref="Period"/>; −1 = unlimited.</summary>
    public long? Quota { get; init; }

    public ulong? Burst { get; init; }

    public ulong? Period { get; init; }

    public long? RealtimeRuntime { get; init; }

    public ulong? RealtimePeriod { get; init; }

    /// <summary>A list such as "0-2,7"; empty = unset.</summary>
    public string Cpus { get; init; } = "";

    /// <summary>A list of memory nodes; empty = unset.</summary>
    public string Mems { get; init; } = "";

    /// <summary>1 = only when nothing else wants the CPU.</summary>
    public long? Idle { get; init; }
}
