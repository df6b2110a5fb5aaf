using ShimService.Contracts.Containerd.Runtime.Sandbox.V1;
using ShimService.Rpc;
using ShimService.Shim.Handlers.Mapping;

namespace ShimService.Shim.Handlers.Sandboxes;

internal sealed partial class SandboxHandlers
{
    private async Task<WaitSandboxResponse> WaitAsync(WaitSandboxRequest request, RpcContext context)
    {
        var exit = await sandboxes.WaitAsync(Ids.Container(request.SandboxId).Value, context.Cancellation);
        return new WaitSandboxResponse { ExitStatus = (uint)exit.Status, ExitedAt = Times.Of(exit.At) };
    }
}
