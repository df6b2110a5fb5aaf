using Google.Protobuf.WellKnownTypes;
using ShimService.Contracts.Containerd.Task.V3;
using ShimService.Rpc;
using ShimService.Shim.Handlers.Mapping;

namespace ShimService.Shim.Handlers.Containerd;

internal sealed partial class TaskHandlers
{
    private Task<Empty> CheckpointAsync(CheckpointTaskRequest request, RpcContext context)
    {
        // An unknown task is the better answer where both are true.
        tasks.Get(Ids.Container(request.Id));
        throw RpcException.Unimplemented("Checkpoint is not there in this version");
    }
}
