using System.Text.Json;
using Google.Protobuf.Collections;
using ShimService.Contracts.Containerd.Cgroups.V1;

namespace ShimService.Cli.Direct.Stats;

/// <summary>Measurements of cgroup v1 in runc's names. Pure.</summary>
internal static class StatsOfV1
{
    public static void Write(Utf8JsonWriter json, Metrics metrics)
    {
        WriteCpu(json, metrics.Cpu ?? new CPUStat());
        WriteMemory(json, metrics.Memory ?? new MemoryStat());
        StatsParts.WritePids(json, metrics.Pids?.Current ?? 0, metrics.Pids?.Limit ?? 0);
        WriteBlockIo(json, metrics.Blkio ?? new BlkIOStat());
        json.WriteStartObject("hugetlb");
        foreach (HugetlbStat size in metrics.Hugetlb)
        {
            StatsParts.WriteEntry(json, size.Pagesize, null, size.Usage, size.Max, size.Failcnt);
        }

        json.WriteEndObject();
        json.WriteStartObject("intel_rdt");
        json.WriteEndObject();
        json.WriteStartArray("network_interfaces");
        foreach (NetworkStat one in metrics.Network)
        {
            StatsParts.WriteInterface(
                json, one.Name, [one.RxBytes, one.RxPackets, one.RxErrors, one.RxDropped],
                [one.TxBytes, one.TxPackets, one.TxErrors, one.TxDropped]);
        }

        json.WriteEndArray();
    }

    private static void WriteCpu(Utf8JsonWriter json, CPUStat cpu)
    {
        json.WriteStartObject("cpu");
        json.WriteStartObject("usage");
        json.WriteNumber("total", cpu.Usage?.Total ?? 0);
        json.WriteStartArray("percpu");
        foreach (ulong one in (IEnumerable<ulong>?)cpu.Usage?.PerCpu ?? [])
        {
            json.WriteNumberValue(one);
        }

        json.WriteEndArray();
        json.WriteNumber("kernel", cpu.Usage?.Kernel ?? 0);
        json.WriteNumber("user", cpu.Usage?.User ?? 0);
        json.WriteEndObject();
        StatsParts.WriteThrottling(
            json,
            cpu.Throttling?.Periods ?? 0,
            cpu.Throttling?.ThrottledPeriods ?? 0,
            cpu.Throttling?.ThrottledTime ?? 0);
        json.WriteEndObject();
    }

    private static void WriteMemory(Utf8JsonWriter json, MemoryStat memory)
    {
        json.WriteStartObject("memory");
        json.WriteNumber("cache", memory.TotalCache);
        WriteEntry(json, "usage", memory.Usage);
        WriteEntry(json, "swap", memory.Swap);
        WriteEntry(json, "kernel", memory.Kernel);
        WriteEntry(json, "kernelTCP", memory.KernelTcp);
        json.WriteStartObject("raw");
        foreach ((string name, ulong value) in (ReadOnlySpan<(string, ulong)>)
        [
            ("cache", memory.Cache), ("rss", memory.Rss), ("rss_huge", memory.RssHuge),
            ("mapped_file", memory.MappedFile), ("dirty", memory.Dirty), ("writeback", memory.Writeback),
            ("pgpgin", memory.PgPgIn), ("pgpgout", memory.PgPgOut), ("pgfault", memory.PgFault),
            ("pgmajfault", memory.PgMajFault), ("inactive_anon", memory.InactiveAnon),
            ("active_anon", memory.ActiveAnon), ("inactive_file", memory.InactiveFile),
            ("active_file", memory.ActiveFile), ("unevictable", memory.Unevictable),
            ("hierarchical_memory_limit", memory.HierarchicalMemoryLimit), ("total_cache", memory.TotalCache),
            ("total_rss", memory.TotalRss), ("total_inactive_file", memory.TotalInactiveFile),
            ("total_active_file", memory.TotalActiveFile),
        ])
        {
            json.WriteNumber(name, value);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteEntry(Utf8JsonWriter json, string name, MemoryEntry? entry) =>
        StatsParts.WriteEntry(
            json, name, entry?.Limit ?? 0, entry?.Usage ?? 0, entry?.Max ?? 0, entry?.Failcnt ?? 0);

    private static void WriteBlockIo(Utf8JsonWriter json, BlkIOStat block)
    {
        json.WriteStartObject("blkio");
        foreach ((string name, RepeatedField<BlkIOEntry> entries) in ((string, RepeatedField<BlkIOEntry>)[])
        [
            ("ioServiceBytesRecursive", block.IoServiceBytesRecursive), ("ioServicedRecursive", block.IoServicedRecursive),
            ("ioQueueRecursive", block.IoQueuedRecursive), ("ioServiceTimeRecursive", block.IoServiceTimeRecursive),
            ("ioWaitTimeRecursive", block.IoWaitTimeRecursive), ("ioMergedRecursive", block.IoMergedRecursive),
            ("ioTimeRecursive", block.IoTimeRecursive), ("sectorsRecursive", block.SectorsRecursive),
        ])
        {
            if (entries.Count == 0)
            {
                continue;
            }

            json.WriteStartArray(name);
            foreach (BlkIOEntry entry in entries)
            {
                StatsParts.WriteBlockEntry(json, entry.Major, entry.Minor, entry.Op, entry.Value);
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }
}
