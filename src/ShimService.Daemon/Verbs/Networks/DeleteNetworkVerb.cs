using ShimService.Contracts.V1;
using ShimService.Daemon.Services;
using ShimService.Network;
using ShimService.Rpc;

namespace ShimService.Daemon.Verbs.Networks;

/// <summary>NetworkService.Delete.</summary>
internal sealed class DeleteNetworkVerb(NetworkManager networks)
{
    public async Task<DeleteNetworkResponse> RunAsync(DeleteNetworkRequest request, RpcContext context)
    {
        await Detached.WaitAsync(DeleteAsync(request.Name), context);
        return new DeleteNetworkResponse();
    }

    private async Task<bool> DeleteAsync(string name)
    {
        await networks.DeleteAsync(name);
        return true;
    }
}
