using ShimService.Linux.Errors;

namespace ShimService.Linux.Cgroups;

/// <summary>What a refusal by the cgroup file system usually means, and the way out.</summary>
public static class CgroupHint
{
    public static string? ForWrite(string file, Errno errno) => (file, errno) switch
    {
        ("memory.limit_in_bytes" or "memory.memsw.limit_in_bytes", Errno.EBUSY) =>
            "the cgroup uses more than that and could not be shrunk; free memory in the container first",
        ("memory.limit_in_bytes", Errno.EINVAL) => "memory may not be larger than memory plus swap; raise memory.swap too",
        ("memory.memsw.limit_in_bytes", Errno.EINVAL) => "memory plus swap may not be smaller than memory",
        ("cpu.cfs_quota_us" or "cpu.cfs_period_us" or "cpu.max", Errno.EINVAL) =>
            "the period must be 1000 to 1000000 µs, the quota at least 1000 µs and within the parent cgroup's share",
        ("cpu.cfs_burst_us" or "cpu.max.burst", Errno.EINVAL) => "the burst may not be larger than the quota",
        ("cpuset.cpus" or "cpuset.mems", Errno.EINVAL or Errno.EACCES) =>
            "a number is out of range or outside what the parent cgroup has",
        ("cpuset.cpus" or "cpuset.mems", Errno.ENOSPC) => "the cgroup has processes and would be left with none",
        ("tasks" or "cgroup.procs", Errno.ENOSPC) => "the cpuset of the cgroup is empty",
        ("cpu.rt_runtime_us" or "cpu.rt_period_us", Errno.EINVAL) =>
            "the parent cgroup has no real-time share left to give",
        (_, Errno.ENOENT) when file.StartsWith("hugetlb.", StringComparison.Ordinal) =>
            "this host has no huge pages of that size; /sys/kernel/mm/hugepages has a directory for each that it has",
        (_, Errno.ENOENT) when file.StartsWith("blkio.leaf_weight", StringComparison.Ordinal) =>
            "leaf weights went with the CFQ scheduler in Linux 5.0; leave them out",
        ("blkio.weight" or "blkio.weight_device" or "io.weight" or "io.bfq.weight", Errno.ENOENT) =>
            "weights belong to a scheduler: this kernel has neither BFQ nor blk-iocost; leave them out",
        ("blkio.weight" or "blkio.weight_device" or "io.weight" or "io.bfq.weight", Errno.EOPNOTSUPP) =>
            "the device does not use BFQ; choose it in /sys/block/DEVICE/queue/scheduler",
        ("rdma.max", Errno.ENODEV or Errno.EINVAL) => "no such RDMA device; /sys/class/infiniband has one entry for each",
        ("net_prio.ifpriomap", Errno.ENODEV) => "no such interface in the shim's network namespace",
        (_, Errno.EROFS) => "the cgroup file system is mounted read-only",
        (_, Errno.EACCES or Errno.EPERM) => "this process may not write there; run as root, or delegate the cgroup",
        (_, Errno.ENOENT) => "the kernel lacks this controller or this file",
        (_, Errno.ENODEV) => "the cgroup was removed, or there is no such device",
        _ => null,
    };
}
