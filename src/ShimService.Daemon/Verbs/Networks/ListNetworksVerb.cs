using ShimService.Contracts.V1;
using ShimService.Network;
using ShimService.Rpc;

namespace ShimService.Daemon.Verbs.Networks;

/// <summary>NetworkService.List.</summary>
internal sealed class ListNetworksVerb(NetworkManager networks)
{
    public Task<ListNetworksResponse> RunAsync(ListNetworksRequest request, RpcContext context)
    {
        var response = new ListNetworksResponse();
        response.Networks.Add(networks.List().Select(NetworkMapping.Map));
        return Task.FromResult(response);
    }
}
