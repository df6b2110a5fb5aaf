using ShimService.Contracts.V1;
using ShimService.Daemon.Verbs.Volumes;
using ShimService.Rpc;

namespace ShimService.Daemon.Services;

/// <summary>shimservice.v1.VolumeService.</summary>
internal static class VolumeServiceTable
{
    public const string Name = "shimservice.v1.VolumeService";

    public static ServiceTable Build(DaemonParts parts) => new(Name,
    [
        Edge.Unary("Create", CreateVolumeRequest.Parser, new CreateVolumeVerb(parts.Volumes).RunAsync),
        Edge.Unary("Get", GetVolumeRequest.Parser, new GetVolumeVerb(parts.Volumes).RunAsync),
        Edge.Unary("List", ListVolumesRequest.Parser, new ListVolumesVerb(parts.Volumes).RunAsync),
        Edge.Unary("Delete", DeleteVolumeRequest.Parser, new DeleteVolumeVerb(parts.Volumes).RunAsync),
    ]);
}
