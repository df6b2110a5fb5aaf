using ShimService.Contracts.V1;
using ShimService.Rpc;
using ShimService.Shim.Handlers.Mapping;
using StatsRequest = ShimService.Contracts.Shim.V1.StatsRequest;

namespace ShimService.Shim.Handlers.Private;

internal sealed partial class ShimHandlers
{
    private Task<TaskStats> StatsAsync(StatsRequest request, RpcContext context) =>
        System.Threading.Tasks.Task.FromResult(StatsMapping.ToWire(tasks.ReadStats(Ids.Container(request.Id))));
}
