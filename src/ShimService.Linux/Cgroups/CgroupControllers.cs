namespace ShimService.Linux.Cgroups;

/// <summary>
/// What a cgroup hierarchy can control. One word for both versions: BlockIo is blkio on v1, io on v2.
/// </summary>
[Flags]
public enum CgroupControllers
{
    None = 0,
    Cpu = 1 << 0,
    CpuAccounting = 1 << 1,
    CpuSet = 1 << 2,
    Memory = 1 << 3,
    Devices = 1 << 4,
    Freezer = 1 << 5,
    BlockIo = 1 << 6,
    Pids = 1 << 7,
    HugePages = 1 << 8,
    Rdma = 1 << 9,
    NetworkClass = 1 << 10,
    NetworkPriority = 1 << 11,
    PerfEvent = 1 << 12,
    Misc = 1 << 13,

    /// <summary>
    /// What every container gets: limits, accounting, pause. CpuSet only on demand: on v1 it costs 80 µs a container,
    /// and a container without cpus and mems of its own behaves the same outside of it.
    /// </summary>
    Standard = Cpu | CpuAccounting | Memory | Devices | Freezer | BlockIo | Pids,
}
