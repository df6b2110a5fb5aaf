using ShimService.Contracts.Containerd.Cgroups.V1;
using ShimService.Tasks.Stats;

namespace ShimService.Shim.Handlers.Mapping;

/// <summary>The memory part of io.containerd.cgroups.v1.Metrics. Source: kernel cgroup-v1/memory.rst.</summary>
internal static class MemoryV1
{
    public static MemoryStat Of(CgroupCounters counters) => new()
    {
        Cache = counters["memory.stat cache"],
        Rss = counters["memory.stat rss"],
        RssHuge = counters["memory.stat rss_huge"],
        MappedFile = counters["memory.stat mapped_file"],
        Dirty = counters["memory.stat dirty"],
        Writeback = counters["memory.stat writeback"],
        PgPgIn = counters["memory.stat pgpgin"],
        PgPgOut = counters["memory.stat pgpgout"],
        PgFault = counters["memory.stat pgfault"],
        PgMajFault = counters["memory.stat pgmajfault"],
        InactiveAnon = counters["memory.stat inactive_anon"],
        ActiveAnon = counters["memory.stat active_anon"],
        InactiveFile = counters["memory.stat inactive_file"],
        ActiveFile = counters["memory.stat active_file"],
        Unevictable = counters["memory.stat unevictable"],
        HierarchicalMemoryLimit = counters["memory.stat hierarchical_memory_limit"],
        HierarchicalSwapLimit = counters["memory.stat hierarchical_memsw_limit"],
        TotalCache = counters["memory.stat total_cache"],
        TotalRss = counters["memory.stat total_rss"],
        TotalRssHuge = counters["memory.stat total_rss_huge"],
        TotalMappedFile = counters["memory.stat total_mapped_file"],
        TotalDirty = counters["memory.stat total_dirty"],
        TotalWriteback = counters["memory.stat total_writeback"],
        TotalPgPgIn = counters["memory.stat total_pgpgin"],
        TotalPgPgOut = counters["memory.stat total_pgpgout"],
        TotalPgFault = counters["memory.stat total_pgfault"],
        TotalPgMajFault = counters["memory.stat total_pgmajfault"],
        TotalInactiveAnon = counters["memory.stat total_inactive_anon"],
        TotalActiveAnon = counters["memory.stat total_active_anon"],
        TotalInactiveFile = counters["memory.stat total_inactive_file"],
        TotalActiveFile = counters["memory.stat total_active_file"],
        TotalUnevictable = counters["memory.stat total_unevictable"],
        Usage = Entry(counters, "memory"),
        Swap = Entry(counters, "memory.memsw"),
        Kernel = Entry(counters, "memory.kmem"),
        KernelTcp = Entry(counters, "memory.kmem.tcp"),
    };

    private static MemoryEntry? Entry(CgroupCounters counters, string kind) => counters.Has($"{kind}.usage_in_bytes")
        ? new MemoryEntry
        {
            Usage = counters[$"{kind}.usage_in_bytes"],
            Limit = counters[$"{kind}.limit_in_bytes"],
            Max = counters[$"{kind}.max_usage_in_bytes"],
            Failcnt = counters[$"{kind}.failcnt"],
        }
        : null;
}
