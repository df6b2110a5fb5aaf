using ShimService.Contracts.Containerd.Task.V3;
using ShimService.Rpc;
using ShimService.Shim.Handlers.Mapping;

namespace ShimService.Shim.Handlers.Containerd;

internal sealed partial class TaskHandlers
{
    private async Task<StartResponse> StartAsync(StartRequest request, RpcContext context)
    {
        var pid = await tasks.StartAsync(
            Ids.Container(request.Id), Ids.Process(request.ExecId), context.Cancellation);
        return new StartResponse { Pid = (uint)pid.Value };
    }
}
