using ShimService.Contracts.Containerd.Runtime.Sandbox.V1;
using ShimService.Rpc;
using ShimService.Shim.Handlers.Mapping;

namespace ShimService.Shim.Handlers.Sandboxes;

internal sealed partial class SandboxHandlers
{
    private Task<SandboxStatusResponse> StatusAsync(SandboxStatusRequest request, RpcContext context)
    {
        var view = sandboxes.Get(Ids.Container(request.SandboxId).Value);
        return Task.FromResult(new SandboxStatusResponse
        {
            SandboxId = request.SandboxId,
            Pid = (uint)view.Pid,
            State = view.IsReady ? "SANDBOX_READY" : "SANDBOX_NOTREADY",
            CreatedAt = Times.Of(view.CreatedAt),
            ExitedAt = view.ExitedAt is { } at ? Times.Of(at) : Times.Never,
        });
    }
}
