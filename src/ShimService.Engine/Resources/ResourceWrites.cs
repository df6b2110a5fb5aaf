using System.Globalization;
using ShimService.Linux.Cgroups;
using ShimService.Oci.Model;
using ShimService.Tasks.Errors;

namespace ShimService.Engine.Resources;

/// <summary>
/// linux.resources as the files of a host's cgroups, in the order they are written: pids, memory, block devices, CPU,
/// CPU sets, huge pages, network, and what is written as it is. Pure. Source: OCI runtime-spec 1.3.0
/// config-linux.md#control-groups.
/// </summary>
internal static class ResourceWrites
{
    /// <summary>
    /// <paramref name="now"/>: what is in force, for an update; null for a new cgroup. Errors:
    /// <see cref="TaskException"/> with the field, for what the host or its cgroup version cannot do.
    /// </summary>
    public static List<CgroupWrite> Make(LinuxResources resources, CgroupLayout layout, LimitsInForce? now)
    {
        List<CgroupWrite> writes = [];
        if (resources.Pids is { Limit: { } pids })
        {
            // No process at all is what 0 asks for, and what a limit of 1 does to everything but the init process.
            string value = pids < 0 ? "max" : Text(Math.Max(1, pids));
            writes.Add(new CgroupWrite(CgroupControllers.Pids, "pids.max", value, "pids.limit"));
        }

        if (resources.Memory is { } memory)
        {
            MemoryWrites.Add(writes, memory, layout, now);
        }

        if (resources.BlockIo is { } blockIo)
        {
            BlockIoWrites.Add(writes, blockIo, layout);
        }

        if (resources.Cpu is { } cpu)
        {
            CpuWrites.Add(writes, cpu, layout, now);
        }

        HugePageWrites.Add(writes, resources.HugepageLimits, layout);
        if (resources.Network is { } network)
        {
            NetworkWrites.Add(writes, network, layout);
        }

        NetworkWrites.Add(writes, resources.Rdma);
        UnifiedWrites.Add(writes, resources.Unified, layout);
        foreach (CgroupWrite write in writes)
        {
            if (!write.IsUnified && layout.Find(write.Controller) is null)
            {
                throw ResourceRefusal.NoController(write.Field, write.Controller);
            }
        }

        return writes;
    }

    /// <summary>
    /// Controllers a container needs for its limits, besides <see cref="CgroupControllers.Standard"/>.
    /// </summary>
    public static CgroupControllers Needed(LinuxResources? resources) =>
        (resources?.Cpu is { } cpu && (cpu.Cpus.Length > 0 || cpu.Mems.Length > 0)
            ? CgroupControllers.CpuSet
            : CgroupControllers.None)
        | (resources?.HugepageLimits.Count > 0 ? CgroupControllers.HugePages : CgroupControllers.None)
        | (resources?.Rdma.Count > 0 ? CgroupControllers.Rdma : CgroupControllers.None)
        | (resources?.Network?.ClassId is > 0 ? CgroupControllers.NetworkClass : CgroupControllers.None)
        | (resources?.Network?.Priorities.Count > 0 ? CgroupControllers.NetworkPriority : CgroupControllers.None)
        | (resources?.Unified.Count > 0 ? UnifiedWrites.Needed(resources.Unified) : CgroupControllers.None);

    internal static bool IsUnified(CgroupLayout layout, CgroupControllers controller) =>
        layout.Find(controller)?.Version == CgroupVersion.V2;

    internal static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);

    internal static string Text(ulong value) => value.ToString(CultureInfo.InvariantCulture);
}
