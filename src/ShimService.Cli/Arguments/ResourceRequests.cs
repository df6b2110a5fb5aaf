using System.CommandLine;
using ShimService.Contracts.V1;

namespace ShimService.Cli.Arguments;

/// <summary>From the options to limits; what was not typed stays unset.</summary>
internal static class ResourceRequests
{
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
