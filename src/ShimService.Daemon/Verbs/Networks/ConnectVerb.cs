using ShimService.Contracts.V1;
using ShimService.Daemon.Registry;
using ShimService.Daemon.Services;
using ShimService.Network;
using ShimService.Rpc;

namespace ShimService.Daemon.Verbs.Networks;

/// <summary>NetworkService.Connect.</summary>
internal sealed class ConnectVerb(TaskRegistry registry, NetworkManager networks)
{
    public async Task<ConnectResponse> RunAsync(ConnectRequest request, RpcContext context)
    {
        var entry = registry.Require(request.ContainerId);
        var attachment = request.Attachment
            ?? throw RpcException.InvalidArgument("attachment", "attachment is missing: name the network");
        var pid = await InitOf.RequireAsync(entry, "Connect", context.Cancellation);
        var endpoint = await Detached.WaitAsync(
            networks.ConnectAsync(entry.Id, pid, NetworkMapping.Map(attachment)), context);
        return new ConnectResponse { Endpoint = NetworkMapping.Map(entry.Id, endpoint) };
    }
}
