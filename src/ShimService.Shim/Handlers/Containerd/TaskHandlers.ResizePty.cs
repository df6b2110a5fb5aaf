using Google.Protobuf.WellKnownTypes;
using ShimService.Contracts.Containerd.Task.V3;
using ShimService.Rpc;
using ShimService.Shim.Handlers.Mapping;

namespace ShimService.Shim.Handlers.Containerd;

internal sealed partial class TaskHandlers
{
    private Task<Empty> ResizePtyAsync(ResizePtyRequest request, RpcContext context)
    {
        tasks.Resize(
            Ids.Container(request.Id), Ids.Process(request.ExecId), (int)request.Width, (int)request.Height);
        return Task.FromResult(Nothing);
    }
}
