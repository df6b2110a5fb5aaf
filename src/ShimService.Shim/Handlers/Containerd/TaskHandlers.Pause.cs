using Google.Protobuf.WellKnownTypes;
using ShimService.Contracts.Containerd.Task.V3;
using ShimService.Rpc;
using ShimService.Shim.Handlers.Mapping;

namespace ShimService.Shim.Handlers.Containerd;

internal sealed partial class TaskHandlers
{
    private async Task<Empty> PauseAsync(PauseRequest request, RpcContext context)
    {
        await tasks.PauseAsync(Ids.Container(request.Id), context.Cancellation);
        return Nothing;
    }
}
