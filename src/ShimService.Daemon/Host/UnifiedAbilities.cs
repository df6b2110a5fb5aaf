using ShimService.Linux.Cgroups;
using ShimService.Oci.Build;

namespace ShimService.Daemon.Host;

/// <summary>
/// cgroup v2: a controller can do all it is documented for, and swappiness and the oom switch are gone.
/// </summary>
internal static class UnifiedAbilities
{
    public static HostAbilities With(HostAbilities abilities, CgroupControllers controller, string directory) =>
        controller switch
        {
            CgroupControllers.Memory => abilities with
            {
                MemoryLimit = true,
                SwapLimit = File.Exists("/proc/swaps"),
                MemoryReservation = true,
            },
            CgroupControllers.Cpu => abilities with { CpuShares = true, CpuQuota = true },
            CgroupControllers.CpuSet => abilities with
            {
                Cpuset = true,
                Cpus = HostFacts.TryReadText(directory + "/cpuset.cpus.effective"),
                MemoryNodes = HostFacts.TryReadText(directory + "/cpuset.mems.effective"),
            },
            CgroupControllers.Pids => abilities with { PidsLimit = true },
            CgroupControllers.BlockIo => abilities with
            {
                BlockIoWeight = true,
                BlockIoWeightDevice = true,
                BlockIoReadBytes = true,
                BlockIoWriteBytes = true,
                BlockIoReadOperations = true,
                BlockIoWriteOperations = true,
            },
            _ => abilities,
        };
}
