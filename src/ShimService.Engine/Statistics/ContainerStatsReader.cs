using ShimService.Linux.Cgroups;
using ShimService.Linux.Errors;
using ShimService.Tasks.Stats;

namespace ShimService.Engine.Statistics;

/// <summary>
/// Reads what a container uses, each number from the version its controller is on; pressure from v2 wherever that is
/// mounted. The files are opened, read and closed: a container that nobody measures holds no descriptor for it. Any
/// thread, also while the container ends: what is gone by then is null.
/// Source: kernel cgroup-v1/{memory,cpuacct,blkio-controller,pids}.rst, cgroup-v2.rst.
/// </summary>
public static class ContainerStatsReader
{
    private const ulong NanosecondsInMicrosecond = 1000;

    // memory.stat of v2 is about 2 kB, an io.stat line 80 bytes.
    private const int BufferLength = 16 * 1024;

    // v1 says "no limit" with the largest number of whole pages.
    private const ulong NoLimit = 0x7FFF_FFFF_FFFF_0000;

    public static ContainerStats Read(Cgroup cgroup, DateTimeOffset at)
    {
        Span<byte> buffer = stackalloc byte[BufferLength];
        return new ContainerStats(at)
        {
            Cpu = ReadCpu(cgroup, buffer),
            Memory = ReadMemory(cgroup, buffer),
            Pids = ReadPids(cgroup, buffer),
            Io = ReadBlockIo(cgroup, buffer),
            CpuPressure = ReadPressure(cgroup, "cpu.pressure", buffer),
            MemoryPressure = ReadPressure(cgroup, "memory.pressure", buffer),
            IoPressure = ReadPressure(cgroup, "io.pressure", buffer),
        };
    }

    /// <summary>
    /// How many processes the kernel has killed in this cgroup for want of memory. 0 where that is not counted.
    /// </summary>
    public static ulong ReadOomKills(Cgroup cgroup)
    {
        Span<byte> buffer = stackalloc byte[512];
        return cgroup.Find(CgroupControllers.Memory) is { } memory
            ? KeyedText.Find(
                memory.Read(IsUnified(memory) ? "memory.events" : "memory.oom_control", buffer, out _), "oom_kill"u8)
            : 0;
    }

    private static bool IsUnified(CgroupDirectory directory) => directory.Hierarchy.Version == CgroupVersion.V2;

    private static CpuStats? ReadCpu(Cgroup cgroup, Span<byte> buffer)
    {
        CgroupDirectory? cpu = cgroup.Find(CgroupControllers.Cpu);
        if (cpu is not null && IsUnified(cpu))
        {
            ReadOnlySpan<byte> stat = cpu.Read("cpu.stat", buffer, out Errno errno);
            return errno != Errno.None ? null : new CpuStats(
                KeyedText.Find(stat, "usage_usec"u8) * NanosecondsInMicrosecond,
                KeyedText.Find(stat, "user_usec"u8) * NanosecondsInMicrosecond,
                KeyedText.Find(stat, "system_usec"u8) * NanosecondsInMicrosecond,
                KeyedText.Find(stat, "nr_periods"u8),
                KeyedText.Find(stat, "nr_throttled"u8),
                KeyedText.Find(stat, "throttled_usec"u8) * NanosecondsInMicrosecond);
        }

        if (cgroup.Find(CgroupControllers.CpuAccounting) is not { } accounting
            || TryNumber(accounting, "cpuacct.usage", buffer) is not { } usage)
        {
            return null;
        }

        ulong user = TryNumber(accounting, "cpuacct.usage_user", buffer) ?? 0;
        ulong system = TryNumber(accounting, "cpuacct.usage_sys", buffer) ?? 0;
        ReadOnlySpan<byte> throttling = cpu is null ? [] : cpu.Read("cpu.stat", buffer, out _);
        return new CpuStats(usage, user, system, KeyedText.Find(throttling, "nr_periods"u8),
            KeyedText.Find(throttling, "nr_throttled"u8), KeyedText.Find(throttling, "throttled_time"u8));
    }

    private static MemoryStats? ReadMemory(Cgroup cgroup, Span<byte> buffer) =>
        cgroup.Find(CgroupControllers.Memory) is not { } memory ? null
        : IsUnified(memory) ? ReadMemoryUnified(cgroup, memory, buffer)
        : ReadMemoryV1(cgroup, memory, buffer);

    private static MemoryStats? ReadMemoryUnified(Cgroup cgroup, CgroupDirectory memory, Span<byte> buffer)
    {
        if (TryNumber(memory, "memory.current", buffer) is not { } usage)
        {
            return null;
        }

        ulong? limit = TryLimit(memory, "memory.max", buffer);
        ulong peak = TryNumber(memory, "memory.peak", buffer) ?? 0;
        ulong swap = TryNumber(memory, "memory.swap.current", buffer) ?? 0;
        ulong hits = KeyedText.Find(memory.Read("memory.events", buffer, out _), "max"u8);
        ulong kills = ReadOomKills(cgroup);
        ReadOnlySpan<byte> stat = memory.Read("memory.stat", buffer, out _);
        return new MemoryStats(usage, limit)
        {
            Peak = peak,
            Anonymous = KeyedText.Find(stat, "anon"u8),
            File = KeyedText.Find(stat, "file"u8),
            InactiveFile = KeyedText.Find(stat, "inactive_file"u8),
            Kernel = KeyedText.Find(stat, "kernel"u8),
            Swap = swap,
            PageFaults = KeyedText.Find(stat, "pgfault"u8),
            MajorPageFaults = KeyedText.Find(stat, "pgmajfault"u8),
            LimitHits = hits,
            OomKills = kills,
        };
    }

    private static MemoryStats? ReadMemoryV1(Cgroup cgroup, CgroupDirectory memory, Span<byte> buffer)
    {
        if (TryNumber(memory, "memory.usage_in_bytes", buffer) is not { } usage)
        {
            return null;
        }

        ulong? limit = TryLimit(memory, "memory.limit_in_bytes", buffer);
        ulong peak = TryNumber(memory, "memory.max_usage_in_bytes", buffer) ?? 0;
        ulong kernel = TryNumber(memory, "memory.kmem.usage_in_bytes", buffer) ?? 0;
        ulong hits = TryNumber(memory, "memory.failcnt", buffer) ?? 0;
        ulong kills = ReadOomKills(cgroup);
        ReadOnlySpan<byte> stat = memory.Read("memory.stat", buffer, out _);
        return new MemoryStats(usage, limit)
        {
            Peak = peak,
            Anonymous = KeyedText.Find(stat, "total_rss"u8),
            File = KeyedText.Find(stat, "total_cache"u8),
            InactiveFile = KeyedText.Find(stat, "total_inactive_file"u8),
            Kernel = kernel,
            Swap = KeyedText.Find(stat, "total_swap"u8),
            PageFaults = KeyedText.Find(stat, "total_pgfault"u8),
            MajorPageFaults = KeyedText.Find(stat, "total_pgmajfault"u8),
            LimitHits = hits,
            OomKills = kills,
        };
    }

    private static PidsStats? ReadPids(Cgroup cgroup, Span<byte> buffer) =>
        cgroup.Find(CgroupControllers.Pids) is { } pids && TryNumber(pids, "pids.current", buffer) is { } current
            ? new PidsStats(current, TryLimit(pids, "pids.max", buffer))
            : null;

    private static List<DeviceIoStats>? ReadBlockIo(Cgroup cgroup, Span<byte> buffer)
    {
        if (cgroup.Find(CgroupControllers.BlockIo) is not { } io)
        {
            return null;
        }

        if (IsUnified(io))
        {
            ReadOnlySpan<byte> stat = io.Read("io.stat", buffer, out Errno errno);
            return errno == Errno.None ? BlockIoText.ParseUnified(stat) : null;
        }

        Span<byte> half = buffer[(BufferLength / 2)..];
        ReadOnlySpan<byte> bytes =
            io.Read("blkio.throttle.io_service_bytes_recursive", buffer[..(BufferLength / 2)], out Errno refused);
        ReadOnlySpan<byte> operations = io.Read("blkio.throttle.io_serviced_recursive", half, out _);
        return refused == Errno.None ? BlockIoText.ParseV1(bytes, operations) : null;
    }

    private static ResourcePressure? ReadPressure(Cgroup cgroup, string file, Span<byte> buffer) =>
        cgroup.Unified is { } unified ? PressureText.Parse(unified.Read(file, buffer, out _)) : null;

    private static ulong? TryNumber(CgroupDirectory directory, string file, Span<byte> buffer)
    {
        ReadOnlySpan<byte> text = directory.Read(file, buffer, out Errno errno);
        return errno == Errno.None && !text.IsEmpty ? KeyedText.Number(text) : null;
    }

    private static ulong? TryLimit(CgroupDirectory directory, string file, Span<byte> buffer)
    {
        ReadOnlySpan<byte> text = directory.Read(file, buffer, out Errno errno);
        ulong limit = KeyedText.Number(text);
        return errno != Errno.None || text.StartsWith("max"u8) || limit >= NoLimit ? null : limit;
    }
}
