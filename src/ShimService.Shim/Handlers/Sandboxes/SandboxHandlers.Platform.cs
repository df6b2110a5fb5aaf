using System.Runtime.InteropServices;
using ShimService.Contracts.Containerd.Runtime.Sandbox.V1;
using ShimService.Rpc;
using ShimService.Shim.Handlers.Mapping;
using Platform = ShimService.Contracts.Containerd.Types.Platform;

namespace ShimService.Shim.Handlers.Sandboxes;

internal sealed partial class SandboxHandlers
{
    /// <summary>The words of Go, as images spell them.</summary>
    private Task<PlatformResponse> PlatformAsync(PlatformRequest request, RpcContext context)
    {
        sandboxes.Get(Ids.Container(request.SandboxId).Value);
        var architecture = RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "arm64" : "amd64";
        return Task.FromResult(new PlatformResponse
        {
            Platform = new Platform { Os = "linux", Architecture = architecture },
        });
    }
}
