using System.CommandLine;
using ShimService.Contracts.V1;

namespace ShimService.Cli.Arguments;

/// <summary>From the options to limits; what was not typed stays unset.</summary>
internal static class ResourceRequests
{
    /// <summary>The same for an update. Errors: CliException when nothing was typed.</summary>
    public static Resources Changes(ContainerOptions options, ParseResult parsed)
    {
        Resources resources = From(options, parsed);
        return resources.CalculateSize() > 0 ? resources : throw new CliException(
            "nothing to change: give --memory, --memory-swap, --cpus, --cpu-shares, --cpuset-cpus or --pids-limit");
    }

    public static Resources From(ContainerOptions options, ParseResult parsed)
    {
        var resources = new Resources();
        if (parsed.GetValue(options.Memory) is { } memory)
        {
            resources.Memory = new MemoryResources { LimitBytes = Quantities.Bytes(memory, "--memory") };
        }

        if (parsed.GetValue(options.MemorySwap) is { } swap)
        {
            resources.Memory ??= new MemoryResources();
            resources.Memory.SwapLimitBytes = Quantities.Bytes(swap, "--memory-swap", unlimited: true);
        }

        double? cpus = parsed.GetValue(options.Cpus);
        ulong? shares = parsed.GetValue(options.CpuShares);
        string? cpuset = parsed.GetValue(options.CpusetCpus);
        if (cpus is not null || shares is not null || cpuset is not null)
        {
            resources.Cpu = new CpuResources { Cpus = cpus ?? 0, Shares = shares ?? 0, CpusetCpus = cpuset ?? "" };
        }

        if (parsed.GetValue(options.PidsLimit) is { } pids)
        {
            resources.Pids = new PidsResources { Limit = pids };
        }

        AddRest(resources, options.Limits, parsed);
        return resources;
    }

    private static void AddRest(Resources resources, ResourceOptions options, ParseResult parsed)
    {
        var memory = resources.Memory ?? new MemoryResources();
        if (parsed.GetValue(options.Reservation) is { } reservation)
        {
            memory.ReservationBytes = Quantities.Bytes(reservation, "--memory-reservation");
        }

        if (parsed.GetValue(options.Swappiness) is { } swappiness)
        {
            memory.Swappiness = swappiness;
        }

        memory.DisableOomKiller = parsed.GetValue(options.OomKillDisable);
        resources.Memory = memory.CalculateSize() > 0 ? memory : null;

        var cpu = resources.Cpu ?? new CpuResources();
        cpu.PeriodMicroseconds = (ulong)Math.Max(0, parsed.GetValue(options.CpuPeriod) ?? 0);
        cpu.QuotaMicroseconds = parsed.GetValue(options.CpuQuota) ?? 0;
        cpu.RealtimePeriodMicroseconds = parsed.GetValue(options.RealtimePeriod) ?? 0;
        cpu.RealtimeRuntimeMicroseconds = parsed.GetValue(options.RealtimeRuntime) ?? 0;
        cpu.CpusetMems = parsed.GetValue(options.CpusetMems) ?? "";
        resources.Cpu = cpu.CalculateSize() > 0 ? cpu : null;

        var block = new BlockIoResources { Weight = parsed.GetValue(options.BlockIoWeight) ?? 0 };
        block.WeightDevices.Add(parsed.GetValue(options.WeightDevices)!.Select(PairWords.Weight));
        block.ThrottleReadBytesPerSecond.Add(Throttles(options.ReadBytes, parsed));
        block.ThrottleWriteBytesPerSecond.Add(Throttles(options.WriteBytes, parsed));
        block.ThrottleReadOperationsPerSecond.Add(Throttles(options.ReadOperations, parsed));
        block.ThrottleWriteOperationsPerSecond.Add(Throttles(options.WriteOperations, parsed));
        resources.BlockIo = block.CalculateSize() > 0 ? block : null;
    }

    private static IEnumerable<ThrottleDevice> Throttles(Option<string[]> option, ParseResult parsed) =>
        parsed.GetValue(option)!.Select(text => PairWords.Throttle(text, option.Name));
}
