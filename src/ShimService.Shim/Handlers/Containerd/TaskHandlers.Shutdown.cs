using Google.Protobuf.WellKnownTypes;
using ShimService.Contracts.Containerd.Task.V3;
using ShimService.Rpc;

namespace ShimService.Shim.Handlers.Containerd;

internal sealed partial class TaskHandlers
{
    /// <summary>Never an error. With tasks left it is remembered: the shim goes with the last one.</summary>
    private Task<Empty> ShutdownAsync(ShutdownRequest request, RpcContext context)
    {
        tasks.RequestShutdown();
        return Task.FromResult(Nothing);
    }
}
