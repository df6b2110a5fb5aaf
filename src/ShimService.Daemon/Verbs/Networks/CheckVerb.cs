using ShimService.Contracts.V1;
using ShimService.Daemon.Registry;
using ShimService.Network;
using ShimService.Rpc;

namespace ShimService.Daemon.Verbs.Networks;

/// <summary>NetworkService.Check.</summary>
internal sealed class CheckVerb(TaskRegistry registry, NetworkManager networks)
{
    public async Task<CheckResponse> RunAsync(CheckRequest request, RpcContext context)
    {
        var entry = registry.Require(request.ContainerId);
        var pid = await InitOf.RequireAsync(entry, "Check", context.Cancellation);
        await networks.CheckAsync(entry.Id, pid).WaitAsync(context.Cancellation);
        return new CheckResponse();
    }
}
