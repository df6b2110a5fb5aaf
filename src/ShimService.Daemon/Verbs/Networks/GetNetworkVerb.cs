using ShimService.Contracts.V1;
using ShimService.Network;
using ShimService.Rpc;

namespace ShimService.Daemon.Verbs.Networks;

/// <summary>NetworkService.Get: a network with the containers that are on it.</summary>
internal sealed class GetNetworkVerb(NetworkManager networks)
{
    public Task<GetNetworkResponse> RunAsync(GetNetworkRequest request, RpcContext context)
    {
        var record = networks.Get(request.Name);
        var network = NetworkMapping.Map(record);
        network.Endpoints.Add(
            networks.EndpointsOf(record).Select(one => NetworkMapping.Map(one.Container, one.Endpoint)));
        return Task.FromResult(new GetNetworkResponse { Network = network });
    }
}
