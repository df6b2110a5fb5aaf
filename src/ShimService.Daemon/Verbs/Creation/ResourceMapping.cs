using ShimService.Oci;
using ShimService.Oci.Build;
using V1 = ShimService.Contracts.V1;

namespace ShimService.Daemon.Verbs.Creation;

/// <summary>Resources of the contract as the spec builder's values.</summary>
internal static class ResourceMapping
{
    /// <summary>Errors: SpecException for a weight that does not fit.</summary>
    public static ResourcesConfig Map(V1.Resources? resources) => resources is null
        ? new ResourcesConfig()
        : new ResourcesConfig
        {
            MemoryLimitBytes = resources.Memory?.LimitBytes ?? 0,
            SwapLimitBytes = resources.Memory?.SwapLimitBytes ?? 0,
            MemoryReservationBytes = resources.Memory?.ReservationBytes ?? 0,
            Swappiness = resources.Memory is { HasSwappiness: true } memory ? Number(memory.Swappiness) : null,
            DisableOomKiller = resources.Memory?.DisableOomKiller ?? false,
            CpuShares = Number(resources.Cpu?.Shares ?? 0),
            CpuQuotaMicroseconds = resources.Cpu?.QuotaMicroseconds ?? 0,
            CpuPeriodMicroseconds = resources.Cpu?.PeriodMicroseconds ?? 0,
            Cpus = resources.Cpu?.Cpus ?? 0,
            NanoCpus = resources.Cpu?.NanoCpus ?? 0,
            RealtimePeriodMicroseconds = resources.Cpu?.RealtimePeriodMicroseconds ?? 0,
            RealtimeRuntimeMicroseconds = resources.Cpu?.RealtimeRuntimeMicroseconds ?? 0,
            CpuPercent = resources.Cpu?.Percent ?? 0,
            CpuCount = resources.Cpu?.Count ?? 0,
            CpusetCpus = resources.Cpu?.CpusetCpus ?? "",
            CpusetMems = resources.Cpu?.CpusetMems ?? "",
            PidsLimit = resources.Pids is { HasLimit: true } pids ? pids.Limit : null,
            BlockIoWeight = Weight(resources.BlockIo?.Weight ?? 0),
            WeightDevices =
            [
                .. (resources.BlockIo?.WeightDevices ?? []).Select(
                    device => new WeightConfig(device.Path, Weight(device.Weight))),
            ],
            IoMaximumBandwidth = resources.BlockIo?.MaximumBytesPerSecond ?? 0,
            IoMaximumOperations = resources.BlockIo?.MaximumOperationsPerSecond ?? 0,
            ThrottleReadBytes = Throttles(resources.BlockIo?.ThrottleReadBytesPerSecond),
            ThrottleWriteBytes = Throttles(resources.BlockIo?.ThrottleWriteBytesPerSecond),
            ThrottleReadOperations = Throttles(resources.BlockIo?.ThrottleReadOperationsPerSecond),
            ThrottleWriteOperations = Throttles(resources.BlockIo?.ThrottleWriteOperationsPerSecond),
        };

    // What is too large for Docker's signed numbers is too large for the kernel as well.
    private static long Number(ulong value) => (long)Math.Min(value, long.MaxValue);

    private static ushort Weight(uint weight) => weight <= ushort.MaxValue
        ? (ushort)weight
        : throw new SpecException("config.resources.block_io.weight", $"{weight} is not between 10 and 1000");

    private static ThrottleConfig[] Throttles(IEnumerable<V1.ThrottleDevice>? devices) =>
        [.. (devices ?? []).Select(device => new ThrottleConfig(device.Path, device.Rate))];
}
