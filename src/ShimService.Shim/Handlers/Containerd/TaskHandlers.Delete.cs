using ShimService.Contracts.Containerd.Task.V3;
using ShimService.Rpc;
using ShimService.Shim.Handlers.Mapping;

namespace ShimService.Shim.Handlers.Containerd;

internal sealed partial class TaskHandlers
{
    private async Task<DeleteResponse> DeleteAsync(DeleteRequest request, RpcContext context)
    {
        var result = await tasks.DeleteAsync(
            Ids.Container(request.Id), Ids.Process(request.ExecId), context.Cancellation);
        return new DeleteResponse
        {
            Pid = (uint)(result.Pid?.Value ?? 0),
            ExitStatus = (uint)(result.Exit?.Status ?? 0),
            ExitedAt = result.Exit is { } exit ? Times.Of(exit.At) : Times.Never,
        };
    }
}
