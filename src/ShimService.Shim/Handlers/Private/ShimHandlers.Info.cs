using ShimService.Contracts.Shim.V1;
using ShimService.Rpc;

namespace ShimService.Shim.Handlers.Private;

internal sealed partial class ShimHandlers
{
    private Task<InfoResponse> InfoAsync(InfoRequest request, RpcContext context) => Task.FromResult(new InfoResponse
    {
        Pid = (uint)Environment.ProcessId,
        Version = ShimVersion.Text,
        Group = group,
        Tasks = (uint)tasks.Count,
        ResidentBytes = (ulong)Environment.WorkingSet,
    });
}
