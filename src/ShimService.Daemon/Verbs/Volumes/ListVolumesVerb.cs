using ShimService.Contracts.V1;
using ShimService.Daemon.Volumes;
using ShimService.Rpc;

namespace ShimService.Daemon.Verbs.Volumes;

/// <summary>VolumeService.List.</summary>
internal sealed class ListVolumesVerb(VolumeStore volumes)
{
    public Task<ListVolumesResponse> RunAsync(ListVolumesRequest request, RpcContext context)
    {
        var response = new ListVolumesResponse();
        response.Volumes.Add(volumes.List().Select(VolumeMapping.Map));
        return Task.FromResult(response);
    }
}
