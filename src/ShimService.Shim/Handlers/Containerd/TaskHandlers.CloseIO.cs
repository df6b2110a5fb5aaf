using Google.Protobuf.WellKnownTypes;
using ShimService.Contracts.Containerd.Task.V3;
using ShimService.Rpc;
using ShimService.Shim.Handlers.Mapping;

namespace ShimService.Shim.Handlers.Containerd;

internal sealed partial class TaskHandlers
{
    private Task<Empty> CloseIOAsync(CloseIORequest request, RpcContext context)
    {
        var id = Ids.Container(request.Id);
        var exec = Ids.Process(request.ExecId);
        if (request.Stdin)
        {
            tasks.CloseStdin(id, exec);
        }

        return Task.FromResult(Nothing);
    }
}
