using ShimService.Contracts.V1;
using ShimService.Daemon.Registry;
using ShimService.Daemon.Services;
using ShimService.Network;
using ShimService.Rpc;

namespace ShimService.Daemon.Verbs.Networks;

/// <summary>NetworkService.Disconnect.</summary>
internal sealed class DisconnectVerb(TaskRegistry registry, NetworkManager networks)
{
    public async Task<DisconnectResponse> RunAsync(DisconnectRequest request, RpcContext context)
    {
        var entry = registry.Require(request.ContainerId);
        var name = request.Network == "default" ? NetworkManager.DefaultNetwork : request.Network;
        var pid = await InitOf.FindAsync(entry, context.Cancellation);
        await Detached.WaitAsync(DisconnectAsync(entry.Id, pid, name), context);
        return new DisconnectResponse();
    }

    private async Task<bool> DisconnectAsync(string id, int pid, string name)
    {
        await networks.DisconnectAsync(id, pid, name);
        return true;
    }
}
