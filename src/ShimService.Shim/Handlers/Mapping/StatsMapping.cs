using ShimService.Contracts.V1;
using ShimService.Tasks.Stats;
using CpuStats = ShimService.Tasks.Stats.CpuStats;
using DeviceIoStats = ShimService.Tasks.Stats.DeviceIoStats;
using MemoryStats = ShimService.Tasks.Stats.MemoryStats;
using PidsStats = ShimService.Tasks.Stats.PidsStats;
using PressureAverages = ShimService.Tasks.Stats.PressureAverages;
using ResourcePressure = ShimService.Tasks.Stats.ResourcePressure;
using Wire = ShimService.Contracts.V1;

namespace ShimService.Shim.Handlers.Mapping;

/// <summary>Statistics on the wire; a part the host lacks stays unset.</summary>
internal static class StatsMapping
{
    public static TaskStats ToWire(ContainerStats stats) => new()
    {
        Timestamp = Times.Of(stats.At),
        Cpu = stats.Cpu is { } cpu ? Cpu(cpu) : null,
        Memory = stats.Memory is { } memory ? Memory(memory) : null,
        Pids = stats.Pids is { } pids ? Pids(pids) : null,
        Io = stats.Io is { } io ? Io(io) : null,
        Pressure = Pressure(stats),
    };

    private static Wire.CpuStats Cpu(CpuStats cpu) => new()
    {
        UsageNanoseconds = cpu.Usage,
        UserNanoseconds = cpu.User,
        SystemNanoseconds = cpu.System,
        Periods = cpu.Periods,
        ThrottledPeriods = cpu.ThrottledPeriods,
        ThrottledNanoseconds = cpu.Throttled,
    };

    private static Wire.MemoryStats Memory(MemoryStats memory)
    {
        var message = new Wire.MemoryStats
        {
            UsageBytes = memory.Usage,
            WorkingSetBytes = memory.Usage - Math.Min(memory.Usage, memory.InactiveFile),
            PeakBytes = memory.Peak,
            AnonymousBytes = memory.Anonymous,
            FileBytes = memory.File,
            InactiveFileBytes = memory.InactiveFile,
            KernelBytes = memory.Kernel,
            SwapBytes = memory.Swap,
            PageFaults = memory.PageFaults,
            MajorPageFaults = memory.MajorPageFaults,
            LimitHits = memory.LimitHits,
            OomKills = memory.OomKills,
        };
        if (memory.Limit is { } limit)
        {
            message.LimitBytes = limit;
        }

        return message;
    }

    private static Wire.PidsStats Pids(PidsStats pids)
    {
        var message = new Wire.PidsStats { Current = pids.Current };
        if (pids.Limit is { } limit)
        {
            message.Limit = limit;
        }

        return message;
    }

    private static IoStats Io(IReadOnlyList<DeviceIoStats> devices)
    {
        var message = new IoStats();
        foreach (var device in devices)
        {
            message.ReadBytes += device.ReadBytes;
            message.WriteBytes += device.WriteBytes;
            message.ReadOperations += device.ReadOperations;
            message.WriteOperations += device.WriteOperations;
            message.Devices.Add(new Wire.DeviceIoStats
            {
                Major = device.Major,
                Minor = device.Minor,
                ReadBytes = device.ReadBytes,
                WriteBytes = device.WriteBytes,
                ReadOperations = device.ReadOperations,
                WriteOperations = device.WriteOperations,
            });
        }

        return message;
    }

    private static Pressure? Pressure(ContainerStats stats) =>
        stats.CpuPressure is null && stats.MemoryPressure is null && stats.IoPressure is null
            ? null
            : new Pressure
            {
                Cpu = Resource(stats.CpuPressure),
                Memory = Resource(stats.MemoryPressure),
                Io = Resource(stats.IoPressure),
            };

    private static Wire.ResourcePressure? Resource(ResourcePressure? pressure) => pressure is null
        ? null
        : new Wire.ResourcePressure
        {
            Some = Averages(pressure.Some),
            Full = pressure.Full is { } full ? Averages(full) : null,
        };

    private static Wire.PressureAverages Averages(PressureAverages averages) => new()
    {
        Average10SPercent = averages.Average10,
        Average60SPercent = averages.Average60,
        Average300SPercent = averages.Average300,
        TotalMicroseconds = averages.Total,
    };
}
