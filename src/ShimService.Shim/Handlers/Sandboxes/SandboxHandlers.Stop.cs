using ShimService.Contracts.Containerd.Runtime.Sandbox.V1;
using ShimService.Rpc;
using ShimService.Shim.Handlers.Mapping;

namespace ShimService.Shim.Handlers.Sandboxes;

internal sealed partial class SandboxHandlers
{
    private async Task<StopSandboxResponse> StopAsync(StopSandboxRequest request, RpcContext context)
    {
        await sandboxes.StopAsync(Ids.Container(request.SandboxId).Value, context.Cancellation);
        return new StopSandboxResponse();
    }
}
