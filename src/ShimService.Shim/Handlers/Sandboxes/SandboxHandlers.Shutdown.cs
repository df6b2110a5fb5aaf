using ShimService.Contracts.Containerd.Runtime.Sandbox.V1;
using ShimService.Rpc;
using ShimService.Shim.Handlers.Mapping;

namespace ShimService.Shim.Handlers.Sandboxes;

internal sealed partial class SandboxHandlers
{
    private Task<ShutdownSandboxResponse> ShutdownAsync(ShutdownSandboxRequest request, RpcContext context)
    {
        sandboxes.Shutdown(Ids.Container(request.SandboxId).Value);
        return Task.FromResult(new ShutdownSandboxResponse());
    }
}
