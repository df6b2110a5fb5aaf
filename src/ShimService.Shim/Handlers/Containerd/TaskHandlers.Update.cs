using Google.Protobuf.WellKnownTypes;
using ShimService.Contracts.Containerd.Task.V3;
using ShimService.Rpc;
using ShimService.Shim.Handlers.Mapping;

namespace ShimService.Shim.Handlers.Containerd;

internal sealed partial class TaskHandlers
{
    private async Task<Empty> UpdateAsync(UpdateTaskRequest request, RpcContext context)
    {
        var resources = Payloads.Json(request.Resources, "LinuxResources", "resources");
        await tasks.UpdateAsync(Ids.Container(request.Id), resources, context.Cancellation);
        return Nothing;
    }
}
