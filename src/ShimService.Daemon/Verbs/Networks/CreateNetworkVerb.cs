using ShimService.Contracts.V1;
using ShimService.Daemon.Services;
using ShimService.Network;
using ShimService.Rpc;

namespace ShimService.Daemon.Verbs.Networks;

/// <summary>NetworkService.Create.</summary>
internal sealed class CreateNetworkVerb(NetworkManager networks)
{
    public async Task<CreateNetworkResponse> RunAsync(CreateNetworkRequest request, RpcContext context)
    {
        var asked = request.Network
            ?? throw RpcException.InvalidArgument("network", "network is missing: give at least its name");
        var made = await Detached.WaitAsync(networks.CreateAsync(NetworkMapping.Map(asked), asked.Ipv6), context);
        return new CreateNetworkResponse { Network = NetworkMapping.Map(made) };
    }
}
