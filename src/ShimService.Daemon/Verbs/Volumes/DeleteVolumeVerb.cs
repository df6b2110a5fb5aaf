using ShimService.Contracts.V1;
using ShimService.Daemon.Services;
using ShimService.Daemon.Volumes;
using ShimService.Rpc;

namespace ShimService.Daemon.Verbs.Volumes;

/// <summary>VolumeService.Delete.</summary>
internal sealed class DeleteVolumeVerb(VolumeStore volumes)
{
    public Task<DeleteVolumeResponse> RunAsync(DeleteVolumeRequest request, RpcContext context) =>
        Detached.WaitAsync(DeleteAsync(request.Name), context);

    // A large tree takes its time: not on the caller's thread.
    private async Task<DeleteVolumeResponse> DeleteAsync(string name)
    {
        await Task.Yield();
        try
        {
            volumes.Delete(name);
            return new DeleteVolumeResponse();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw RpcException.FailedPrecondition("VOLUME_FAILED", $"volume {name}", "THERE", "Delete",
                $"remove volume {name}: {error.Message}; the rest goes with the next start of shimd");
        }
    }
}
