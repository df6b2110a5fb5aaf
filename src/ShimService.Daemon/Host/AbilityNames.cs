using ShimService.Oci.Build;

namespace ShimService.Daemon.Host;

/// <summary>The abilities of the host by the names Info shows.</summary>
internal static class AbilityNames
{
    public static IEnumerable<(string Name, bool IsThere)> Of(HostAbilities host) =>
    [
        ("memory_limit", host.MemoryLimit),
        ("swap_limit", host.SwapLimit),
        ("memory_reservation", host.MemoryReservation),
        ("oom_kill_disable", host.OomKillDisable),
        ("memory_swappiness", host.MemorySwappiness),
        ("cpu_shares", host.CpuShares),
        ("cpu_cfs_quota", host.CpuQuota),
        ("cpu_realtime", host.CpuRealtime),
        ("blkio_weight", host.BlockIoWeight),
        ("blkio_weight_device", host.BlockIoWeightDevice),
        ("blkio_throttle_read_bps", host.BlockIoReadBytes),
        ("blkio_throttle_write_bps", host.BlockIoWriteBytes),
        ("blkio_throttle_read_iops", host.BlockIoReadOperations),
        ("blkio_throttle_write_iops", host.BlockIoWriteOperations),
        ("cpuset", host.Cpuset),
        ("pids_limit", host.PidsLimit),
        ("devices_control", host.DeviceControl),
        ("cgroup_unified", host.Unified),
        ("ipv4_forwarding", host.Forwarding),
        ("recursive_read_only", host.RecursiveReadOnly),
    ];
}
