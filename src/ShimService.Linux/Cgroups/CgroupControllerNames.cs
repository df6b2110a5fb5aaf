namespace ShimService.Linux.Cgroups;

/// <summary>The kernel's names of controllers.</summary>
public static class CgroupControllerNames
{
    private static readonly (string Name, CgroupControllers Controller)[] Table =
    [
        ("cpu", CgroupControllers.Cpu),
        ("cpuacct", CgroupControllers.CpuAccounting),
        ("cpuset", CgroupControllers.CpuSet),
        ("memory", CgroupControllers.Memory),
        ("devices", CgroupControllers.Devices),
        ("freezer", CgroupControllers.Freezer),
        ("blkio", CgroupControllers.BlockIo),
        ("io", CgroupControllers.BlockIo),
        ("pids", CgroupControllers.Pids),
        ("hugetlb", CgroupControllers.HugePages),
        ("rdma", CgroupControllers.Rdma),
        ("net_cls", CgroupControllers.NetworkClass),
        ("net_prio", CgroupControllers.NetworkPriority),
        ("perf_event", CgroupControllers.PerfEvent),
        ("misc", CgroupControllers.Misc),
    ];

    /// <summary>None for a name that is no controller ("rw", "name=systemd").</summary>
    public static CgroupControllers Parse(ReadOnlySpan<char> name)
    {
        foreach ((string known, CgroupControllers controller) in Table)
        {
            if (name.SequenceEqual(known))
            {
                return controller;
            }
        }

        return CgroupControllers.None;
    }

    public static CgroupControllers ParseList(ReadOnlySpan<char> names, char separator)
    {
        CgroupControllers controllers = CgroupControllers.None;
        foreach (Range range in names.Split(separator))
        {
            controllers |= Parse(names[range].Trim());
        }

        return controllers;
    }

    /// <summary>The controller of v2 with this name, which its files' names start with; none for "cgroup".</summary>
    public static CgroupControllers FindUnified(ReadOnlySpan<char> name)
    {
        CgroupControllers controller = Parse(name);
        return name.SequenceEqual(Unified(controller)) ? controller : CgroupControllers.None;
    }

    /// <summary>The v2 name, as cgroup.subtree_control takes it; null for what v2 has no controller for.</summary>
    public static string? Unified(CgroupControllers controller) => controller switch
    {
        CgroupControllers.Cpu => "cpu",
        CgroupControllers.CpuSet => "cpuset",
        CgroupControllers.Memory => "memory",
        CgroupControllers.BlockIo => "io",
        CgroupControllers.Pids => "pids",
        CgroupControllers.HugePages => "hugetlb",
        CgroupControllers.Rdma => "rdma",
        CgroupControllers.Misc => "misc",
        _ => null,
    };
}
