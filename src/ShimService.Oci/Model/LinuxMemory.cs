namespace ShimService.Oci.Model;

/// <summary>Memory limits in bytes; −1 = unlimited. Source: OCI runtime-spec 1.3.0 config-linux.md#memory.</summary>
public sealed record LinuxMemory
{
    public long? Limit { get; init; }

    public long? Reservation { get; init; }

    /// <summary>Memory and swap together.</summary>
    public long? Swap { get; init; }

    /// <summary>Kernel memory; cgroup v1 only, and gone from newer kernels.</summary>
    public long? Kernel { get; init; }

    /// <summary>TCP buffers; cgroup v1 only.</summary>
    public long? KernelTcp { get; init; }

    /// <summary>0 to 100; cgroup v1 only.</summary>
    public ulong? Swappiness { get; init; }

    /// <summary>cgroup v1 only.</summary>
    public bool? DisableOomKiller { get; init; }

    public bool? UseHierarchy { get; init; }

    /// <summary>Refuse an update that current usage would not fit in.</summary>
    public bool? CheckBeforeUpdate { get; init; }
}
