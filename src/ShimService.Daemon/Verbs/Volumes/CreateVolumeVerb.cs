using System.Security.Cryptography;
using ShimService.Contracts.V1;
using ShimService.Daemon.Volumes;
using ShimService.Oci.Build;
using ShimService.Rpc;

namespace ShimService.Daemon.Verbs.Volumes;

/// <summary>VolumeService.Create.</summary>
internal sealed class CreateVolumeVerb(VolumeStore volumes)
{
    private const int NameBytes = 16;

    public Task<CreateVolumeResponse> RunAsync(CreateVolumeRequest request, RpcContext context)
    {
        var name = request.Name.Length > 0
            ? request.Name
            : Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(NameBytes));
        VolumeWords.CheckName(name, "name");
        try
        {
            return Task.FromResult(
                new CreateVolumeResponse { Volume = VolumeMapping.Map(volumes.Create(name, request.Labels.ToDictionary())) });
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw RpcException.FailedPrecondition("VOLUME_FAILED", $"volume {name}", "ABSENT", "Create",
                $"make volume {name}: {error.Message}");
        }
    }
}
