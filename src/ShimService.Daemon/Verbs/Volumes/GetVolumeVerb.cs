using ShimService.Contracts.V1;
using ShimService.Daemon.Volumes;
using ShimService.Rpc;

namespace ShimService.Daemon.Verbs.Volumes;

/// <summary>VolumeService.Get: a volume with the containers that have it.</summary>
internal sealed class GetVolumeVerb(VolumeStore volumes)
{
    public Task<GetVolumeResponse> RunAsync(GetVolumeRequest request, RpcContext context) =>
        Task.FromResult(new GetVolumeResponse { Volume = VolumeMapping.Map(volumes.Get(request.Name)) });
}
