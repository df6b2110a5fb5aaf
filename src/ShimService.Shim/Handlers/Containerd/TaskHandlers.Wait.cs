using ShimService.Contracts.Containerd.Task.V3;
using ShimService.Rpc;
using ShimService.Shim.Handlers.Mapping;

namespace ShimService.Shim.Handlers.Containerd;

internal sealed partial class TaskHandlers
{
    /// <summary>Pending until the exit has been told, or until the connection it came on closes.</summary>
    private async Task<WaitResponse> WaitAsync(WaitRequest request, RpcContext context)
    {
        var exit = await tasks.WaitAsync(
            Ids.Container(request.Id), Ids.Process(request.ExecId), context.Cancellation);
        return new WaitResponse { ExitStatus = (uint)exit.Status, ExitedAt = Times.Of(exit.At) };
    }
}
