using ShimService.Contracts.V1;
using ShimService.Daemon.Configuration;
using ShimService.Daemon.Host;
using ShimService.Daemon.Registry;
using ShimService.Daemon.Shims;
using ShimService.Daemon.Verbs.Creation;
using ShimService.Oci.Build;
using ShimService.Rpc;

namespace ShimService.Daemon.Verbs.Node;

/// <summary>SystemService.Info.</summary>
internal sealed class InfoVerb(
    TaskRegistry registry, ShimPool pool, IBuildHost buildHost, DaemonOptions options)
{
    public async Task<InfoResponse> RunAsync(InfoRequest request, RpcContext context)
    {
        var host = HostFacts.Read();
        var response = new InfoResponse
        {
            Kernel = host.Kernel,
            Architecture = host.Architecture,
            CgroupLayout = host.CgroupLayout,
            Cpus = (uint)Environment.ProcessorCount,
            MemoryBytes = host.MemoryBytes,
            Tasks = (uint)registry.Count,
            Root = options.Root,
            State = options.State,
            CpusetCpus = buildHost.Abilities.Cpus,
            CpusetMems = buildHost.Abilities.MemoryNodes,
        };
        response.Engines.AddRange(EngineNames.All(options));
        response.CgroupControllers.AddRange(host.Controllers);
        response.Warnings.AddRange(host.Warnings);
        foreach (var (name, there) in host.Features)
        {
            response.Features[name] = there;
        }

        foreach (var (name, there) in AbilityNames.Of(buildHost.Abilities))
        {
            response.Features[name] = there;
        }

        var shims = await Task.WhenAll(pool.All.Select(shim => DescribeAsync(shim, context.Cancellation)));
        response.Shims.AddRange(shims.OfType<ShimInfo>());
        return response;
    }

    private static async Task<ShimInfo?> DescribeAsync(Shim shim, CancellationToken cancel)
    {
        try
        {
            var info = await shim.InfoAsync(cancel);
            return new ShimInfo
            {
                Pid = info.Pid,
                Group = shim.Group?.Text ?? "",
                Address = "unix://" + shim.Directory.Socket,
                Tasks = info.Tasks,
                ResidentBytes = info.ResidentBytes,
            };
        }
        catch (RpcException error) when (error.Code == RpcStatusCode.Unavailable)
        {
            return null;
        }
    }
}
