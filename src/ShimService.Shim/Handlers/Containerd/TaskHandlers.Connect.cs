using ShimService.Contracts.Containerd.Task.V3;
using ShimService.Rpc;
using ShimService.Shim.Handlers.Mapping;

namespace ShimService.Shim.Handlers.Containerd;

internal sealed partial class TaskHandlers
{
    /// <summary>containerd's liveness check: an unknown id is no error, its task_pid is 0.</summary>
    private Task<ConnectResponse> ConnectAsync(ConnectRequest request, RpcContext context) =>
        Task.FromResult(new ConnectResponse
        {
            ShimPid = (uint)Environment.ProcessId,
            TaskPid = (uint)(tasks.TryGet(Ids.Container(request.Id))?.Pid?.Value ?? 0),
            Version = ShimVersion.Api,
        });
}
