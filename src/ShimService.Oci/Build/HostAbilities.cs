namespace ShimService.Oci.Build;

/// <summary>
/// What this kernel and its cgroups can limit and hide, as flags. A limit that cannot be set is dropped with a warning
/// or refused; the rules beside the sections say which.
/// </summary>
public sealed record HostAbilities
{
    /// <summary>A host that can do everything cgroup v1 could.</summary>
    public static HostAbilities All { get; } = new()
    {
        MemoryLimit = true,
        SwapLimit = true,
        MemoryReservation = true,
        OomKillDisable = true,
        MemorySwappiness = true,
        CpuShares = true,
        CpuQuota = true,
        CpuRealtime = true,
        BlockIoWeight = true,
        BlockIoWeightDevice = true,
        BlockIoReadBytes = true,
        BlockIoWriteBytes = true,
        BlockIoReadOperations = true,
        BlockIoWriteOperations = true,
        Cpuset = true,
        Cpus = "0-3",
        MemoryNodes = "0",
        CpuCount = 4,
        PidsLimit = true,
        DeviceControl = true,
        CgroupNamespaces = true,
        TimeNamespaces = true,
        Seccomp = true,
        Forwarding = true,
        RecursiveReadOnly = true,
        Kernel = new Version(6, 18),
    };

    public bool MemoryLimit { get; init; }

    /// <summary>Memory and swap together can be limited.</summary>
    public bool SwapLimit { get; init; }

    public bool MemoryReservation { get; init; }

    public bool OomKillDisable { get; init; }

    public bool MemorySwappiness { get; init; }

    public bool CpuShares { get; init; }

    public bool CpuQuota { get; init; }

    public bool CpuRealtime { get; init; }

    public bool BlockIoWeight { get; init; }

    public bool BlockIoWeightDevice { get; init; }

    public bool BlockIoReadBytes { get; init; }

    public bool BlockIoWriteBytes { get; init; }

    public bool BlockIoReadOperations { get; init; }

    public bool BlockIoWriteOperations { get; init; }

    public bool Cpuset { get; init; }

    /// <summary>The CPUs a container can be given, as a list such as "0-3".</summary>
    public string Cpus { get; init; } = "";

    /// <summary>The memory nodes a container can be given.</summary>
    public string MemoryNodes { get; init; } = "";

    public int CpuCount { get; init; }

    public bool PidsLimit { get; init; }

    public bool DeviceControl { get; init; }

    public bool CgroupNamespaces { get; init; }

    public bool TimeNamespaces { get; init; }

    public bool Seccomp { get; init; }

    public bool AppArmor { get; init; }

    public bool SELinux { get; init; }

    /// <summary>The host forwards IPv4 packets, which published ports and bridges need.</summary>
    public bool Forwarding { get; init; }

    /// <summary>cgroup v2 alone.</summary>
    public bool Unified { get; init; }

    /// <summary>mount_setattr: a read-only bind mount can be so to its last submount (Linux ≥ 5.12).</summary>
    public bool RecursiveReadOnly { get; init; }

    /// <summary>Major and minor; 0.0 = unknown.</summary>
    public Version Kernel { get; init; } = new(0, 0);
}
