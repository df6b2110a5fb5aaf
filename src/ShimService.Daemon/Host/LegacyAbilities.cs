using ShimService.Linux.Cgroups;
using ShimService.Oci.Build;

namespace ShimService.Daemon.Host;

/// <summary>cgroup v1: what a hierarchy has a file for, it can do.</summary>
internal static class LegacyAbilities
{
    public static HostAbilities With(HostAbilities abilities, CgroupControllers controller, string directory)
    {
        return controller switch
        {
            CgroupControllers.Memory => abilities with
            {
                MemoryLimit = Has("memory.limit_in_bytes"),
                SwapLimit = Has("memory.memsw.limit_in_bytes"),
                MemoryReservation = Has("memory.soft_limit_in_bytes"),
                OomKillDisable = Has("memory.oom_control"),
                MemorySwappiness = Has("memory.swappiness"),
            },
            CgroupControllers.Cpu => abilities with
            {
                CpuShares = Has("cpu.shares"),
                CpuQuota = Has("cpu.cfs_quota_us"),
                CpuRealtime = Has("cpu.rt_runtime_us"),
            },
            CgroupControllers.CpuSet => abilities with
            {
                Cpuset = true,
                Cpus = HostFacts.TryReadText(directory + "/cpuset.cpus"),
                MemoryNodes = HostFacts.TryReadText(directory + "/cpuset.mems"),
            },
            CgroupControllers.Pids => abilities with { PidsLimit = true },
            CgroupControllers.BlockIo => abilities with
            {
                // The root group itself has no weight; the scheduler that has them shows by its other files.
                BlockIoWeight = Has("blkio.weight") || Has("blkio.bfq.io_serviced"),
                BlockIoWeightDevice = Has("blkio.weight_device") || Has("blkio.bfq.io_serviced"),
                BlockIoReadBytes = Has("blkio.throttle.read_bps_device"),
                BlockIoWriteBytes = Has("blkio.throttle.write_bps_device"),
                BlockIoReadOperations = Has("blkio.throttle.read_iops_device"),
                BlockIoWriteOperations = Has("blkio.throttle.write_iops_device"),
            },
            CgroupControllers.Devices => abilities with { DeviceControl = true },
            _ => abilities,
        };

        bool Has(string file) => File.Exists($"{directory}/{file}");
    }
}
