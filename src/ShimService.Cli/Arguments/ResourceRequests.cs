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

        return resources;
    }
}
