using ShimService.Contracts.Containerd.Runtime.Sandbox.V1;
using ShimService.Rpc;
using ShimService.Shim.Handlers.Mapping;

namespace ShimService.Shim.Handlers.Sandboxes;

internal sealed partial class SandboxHandlers
{
    private Task<StartSandboxResponse> StartAsync(StartSandboxRequest request, RpcContext context)
    {
        var (pid, createdAt) = sandboxes.Start(Ids.Container(request.SandboxId).Value);
        return Task.FromResult(new StartSandboxResponse { Pid = (uint)pid, CreatedAt = Times.Of(createdAt) });
    }
}
