using ShimService.Contracts.Containerd.Runtime.Sandbox.V1;
using ShimService.Rpc;
using ShimService.Shim.Handlers.Mapping;

namespace ShimService.Shim.Handlers.Sandboxes;

internal sealed partial class SandboxHandlers
{
    private Task<SandboxMetricsResponse> MetricsAsync(SandboxMetricsRequest request, RpcContext context)
    {
        sandboxes.Get(Ids.Container(request.SandboxId).Value);
        throw RpcException.Unimplemented(
            "SandboxMetrics is not there in this version: a sandbox has no process; ask its containers for Stats");
    }
}
