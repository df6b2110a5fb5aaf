using ShimService.Contracts.Containerd.Task.V3;
using ShimService.Rpc;
using ShimService.Shim.Handlers.Mapping;

namespace ShimService.Shim.Handlers.Containerd;

internal sealed partial class TaskHandlers
{
    private Task<StatsResponse> StatsAsync(StatsRequest request, RpcContext context)
    {
        tasks.Get(Ids.Container(request.Id));
        throw RpcException.Unimplemented(
            "io.containerd.cgroups.v1.Metrics and v2.Metrics are not there in this version; "
            + "shimservice.shim.v1.Shim/Stats answers the same task's numbers");
    }
}
