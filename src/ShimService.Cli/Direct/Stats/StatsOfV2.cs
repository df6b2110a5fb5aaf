using System.Text.Json;
using ShimService.Contracts.Containerd.Cgroups.V2;

namespace ShimService.Cli.Direct.Stats;

/// <summary>
/// Measurements of cgroup v2 in runc's names: times in nanoseconds, swap as memory and swap together, pressure where the
/// kernel measures it. Pure.
/// </summary>
internal static class StatsOfV2
{
    private const ulong Nanoseconds = 1000;

    public static void Write(Utf8JsonWriter json, Metrics metrics)
    {
        WriteCpu(json, metrics.Cpu ?? new CPUStat());
        WriteMemory(json, metrics.Memory ?? new MemoryStat(), metrics.MemoryEvents?.Max ?? 0);
        StatsParts.WritePids(json, metrics.Pids?.Current ?? 0, metrics.Pids?.Limit ?? 0);
        WriteIo(json, metrics.Io);
        json.WriteStartObject("hugetlb");
        foreach (HugeTlbStat size in metrics.Hugetlb)
        {
            StatsParts.WriteEntry(json, size.Pagesize, null, size.Current, 0, size.Failcnt);
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
        json.WriteNumber("total", cpu.UsageUsec * Nanoseconds);
        json.WriteNumber("kernel", cpu.SystemUsec * Nanoseconds);
        json.WriteNumber("user", cpu.UserUsec * Nanoseconds);
        json.WriteEndObject();
        StatsParts.WriteThrottling(json, cpu.NrPeriods, cpu.NrThrottled, cpu.ThrottledUsec * Nanoseconds);
        WritePressure(json, cpu.Psi);
        json.WriteEndObject();
    }

    private static void WriteMemory(Utf8JsonWriter json, MemoryStat memory, ulong limitHits)
    {
        json.WriteStartObject("memory");
        json.WriteNumber("cache", memory.File);
        StatsParts.WriteEntry(json, "usage", memory.UsageLimit, memory.Usage, memory.MaxUsage, limitHits);
        StatsParts.WriteEntry(
            json,
            "swap",
            Sum(memory.SwapLimit, memory.UsageLimit),
            Sum(memory.SwapUsage, memory.Usage),
            memory.SwapMaxUsage,
            0);
        json.WriteStartObject("raw");
        foreach ((string name, ulong value) in (ReadOnlySpan<(string, ulong)>)
        [
            ("anon", memory.Anon), ("file", memory.File), ("kernel_stack", memory.KernelStack), ("slab", memory.Slab),
            ("sock", memory.Sock), ("shmem", memory.Shmem), ("file_mapped", memory.FileMapped),
            ("file_dirty", memory.FileDirty), ("file_writeback", memory.FileWriteback),
            ("inactive_anon", memory.InactiveAnon), ("active_anon", memory.ActiveAnon),
            ("inactive_file", memory.InactiveFile), ("active_file", memory.ActiveFile),
            ("unevictable", memory.Unevictable), ("pgfault", memory.Pgfault), ("pgmajfault", memory.Pgmajfault),
        ])
        {
            json.WriteNumber(name, value);
        }

        json.WriteEndObject();
        WritePressure(json, memory.Psi);
        json.WriteEndObject();
    }

    // No limit is the largest number there is.
    private static ulong Sum(ulong one, ulong other) => other > ulong.MaxValue - one ? ulong.MaxValue : one + other;

    private static void WriteIo(Utf8JsonWriter json, IOStat? io)
    {
        json.WriteStartObject("blkio");
        if (io is { Usage.Count: > 0 })
        {
            json.WriteStartArray("ioServiceBytesRecursive");
            foreach (IOEntry entry in io.Usage)
            {
                StatsParts.WriteBlockEntry(json, entry.Major, entry.Minor, "Read", entry.Rbytes);
                StatsParts.WriteBlockEntry(json, entry.Major, entry.Minor, "Write", entry.Wbytes);
            }

            json.WriteEndArray();
            json.WriteStartArray("ioServicedRecursive");
            foreach (IOEntry entry in io.Usage)
            {
                StatsParts.WriteBlockEntry(json, entry.Major, entry.Minor, "Read", entry.Rios);
                StatsParts.WriteBlockEntry(json, entry.Major, entry.Minor, "Write", entry.Wios);
            }

            json.WriteEndArray();
        }

        WritePressure(json, io?.Psi);
        json.WriteEndObject();
    }

    private static void WritePressure(Utf8JsonWriter json, PSIStats? pressure)
    {
        if (pressure is null)
        {
            return;
        }

        json.WriteStartObject("psi");
        WritePressure(json, "some", pressure.Some);
        WritePressure(json, "full", pressure.Full);
        json.WriteEndObject();
    }

    private static void WritePressure(Utf8JsonWriter json, string name, PSIData? data)
    {
        if (data is null)
        {
            return;
        }

        json.WriteStartObject(name);
        json.WriteNumber("avg10", data.Avg10);
        json.WriteNumber("avg60", data.Avg60);
        json.WriteNumber("avg300", data.Avg300);
        json.WriteNumber("total", data.Total);
        json.WriteEndObject();
    }
}
