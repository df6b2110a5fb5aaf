using ShimService.Contracts.Containerd.Cgroups.V2;
using ShimService.Tasks.Stats;

namespace ShimService.Shim.Handlers.Mapping;

/// <summary>
/// io.containerd.cgroups.v2.Metrics. The network is CRI's own to read. Source: containerd/cgroups cgroup2/stats,
/// kernel cgroup-v2.rst.
/// </summary>
internal static class MetricsV2
{
    public const string TypeName = "io.containerd.cgroups.v2.Metrics";

    public static Metrics Of(CgroupCounters counters)
    {
        var metrics = new Metrics
        {
            Pids = new PidsStat { Current = counters["pids.current"], Limit = counters["pids.max"] },
            Cpu = Cpu(counters),
            Memory = Memory(counters),
            Io = Io(counters),
            MemoryEvents = new MemoryEvents
            {
                Low = counters["memory.events low"],
                High = counters["memory.events high"],
                Max = counters["memory.events max"],
                Oom = counters["memory.events oom"],
                OomKill = counters["memory.events oom_kill"],
                OomGroupKill = counters["memory.events oom_group_kill"],
            },
        };
        foreach (var size in counters.PageSizes)
        {
            metrics.Hugetlb.Add(new HugeTlbStat
            {
                Pagesize = size,
                Current = counters[$"hugetlb.{size}.current"],
                Max = counters[$"hugetlb.{size}.max"],
                Failcnt = counters[$"hugetlb.{size}.events max"],
            });
        }

        return metrics;
    }

    private static CPUStat Cpu(CgroupCounters counters) => new()
    {
        UsageUsec = counters["cpu.stat usage_usec"],
        UserUsec = counters["cpu.stat user_usec"],
        SystemUsec = counters["cpu.stat system_usec"],
        NrPeriods = counters["cpu.stat nr_periods"],
        NrThrottled = counters["cpu.stat nr_throttled"],
        ThrottledUsec = counters["cpu.stat throttled_usec"],
        NrBursts = counters["cpu.stat nr_bursts"],
        BurstUsec = counters["cpu.stat burst_usec"],
        Psi = Pressure(counters.CpuPressure),
    };

    private static MemoryStat Memory(CgroupCounters counters) => new()
    {
        Anon = counters["memory.stat anon"],
        File = counters["memory.stat file"],
        KernelStack = counters["memory.stat kernel_stack"],
        Slab = counters["memory.stat slab"],
        Sock = counters["memory.stat sock"],
        Shmem = counters["memory.stat shmem"],
        FileMapped = counters["memory.stat file_mapped"],
        FileDirty = counters["memory.stat file_dirty"],
        FileWriteback = counters["memory.stat file_writeback"],
        AnonThp = counters["memory.stat anon_thp"],
        InactiveAnon = counters["memory.stat inactive_anon"],
        ActiveAnon = counters["memory.stat active_anon"],
        InactiveFile = counters["memory.stat inactive_file"],
        ActiveFile = counters["memory.stat active_file"],
        Unevictable = counters["memory.stat unevictable"],
        SlabReclaimable = counters["memory.stat slab_reclaimable"],
        SlabUnreclaimable = counters["memory.stat slab_unreclaimable"],
        Pgfault = counters["memory.stat pgfault"],
        Pgmajfault = counters["memory.stat pgmajfault"],
        WorkingsetRefault = counters["memory.stat workingset_refault"],
        WorkingsetActivate = counters["memory.stat workingset_activate"],
        WorkingsetNodereclaim = counters["memory.stat workingset_nodereclaim"],
        WorkingsetRefaultAnon = counters["memory.stat workingset_refault_anon"],
        WorkingsetRefaultFile = counters["memory.stat workingset_refault_file"],
        WorkingsetActivateAnon = counters["memory.stat workingset_activate_anon"],
        WorkingsetActivateFile = counters["memory.stat workingset_activate_file"],
        Pgrefill = counters["memory.stat pgrefill"],
        Pgscan = counters["memory.stat pgscan"],
        Pgsteal = counters["memory.stat pgsteal"],
        Pgactivate = counters["memory.stat pgactivate"],
        Pgdeactivate = counters["memory.stat pgdeactivate"],
        Pglazyfree = counters["memory.stat pglazyfree"],
        Pglazyfreed = counters["memory.stat pglazyfreed"],
        ThpFaultAlloc = counters["memory.stat thp_fault_alloc"],
        ThpCollapseAlloc = counters["memory.stat thp_collapse_alloc"],
        Usage = counters["memory.current"],
        UsageLimit = counters["memory.max"],
        MaxUsage = counters["memory.peak"],
        SwapUsage = counters["memory.swap.current"],
        SwapLimit = counters["memory.swap.max"],
        SwapMaxUsage = counters["memory.swap.peak"],
        Psi = Pressure(counters.MemoryPressure),
    };

    private static IOStat Io(CgroupCounters counters)
    {
        var io = new IOStat { Psi = Pressure(counters.IoPressure) };
        IOEntry? entry = null;
        foreach (var counter in counters.Devices)
        {
            if (entry is null || entry.Major != counter.Major || entry.Minor != counter.Minor)
            {
                entry = new IOEntry { Major = counter.Major, Minor = counter.Minor };
                io.Usage.Add(entry);
            }

            switch (counter.Word)
            {
                case "rbytes":
                    entry.Rbytes = counter.Value;
                    break;
                case "wbytes":
                    entry.Wbytes = counter.Value;
                    break;
                case "rios":
                    entry.Rios = counter.Value;
                    break;
                case "wios":
                    entry.Wios = counter.Value;
                    break;
                default:
                    // Discards have no field.
                    break;
            }
        }

        return io;
    }

    private static PSIStats? Pressure(ResourcePressure? pressure) => pressure is null
        ? null
        : new PSIStats
        {
            Some = Averages(pressure.Some),
            Full = pressure.Full is { } full ? Averages(full) : null,
        };

    private static PSIData Averages(PressureAverages averages) => new()
    {
        Avg10 = averages.Average10,
        Avg60 = averages.Average60,
        Avg300 = averages.Average300,
        Total = averages.Total,
    };
}
