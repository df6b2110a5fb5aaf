using Google.Protobuf.WellKnownTypes;
using ShimService.Contracts.Containerd.Task.V3;
using ShimService.Rpc;
using ShimService.Shim.Handlers.Mapping;

namespace ShimService.Shim.Handlers.Containerd;

internal sealed partial class TaskHandlers
{
    private async Task<Empty> ResumeAsync(ResumeRequest request, RpcContext context)
    {
        await tasks.ResumeAsync(Ids.Container(request.Id), context.Cancellation);
        return Nothing;
    }
}
