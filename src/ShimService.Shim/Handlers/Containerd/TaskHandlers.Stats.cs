using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using ShimService.Contracts.Containerd.Task.V3;
using ShimService.Rpc;
using ShimService.Shim.Handlers.Mapping;
using ShimService.Tasks.Stats;

namespace ShimService.Shim.Handlers.Containerd;

internal sealed partial class TaskHandlers
{
    /// <summary>As the host's cgroups are, v1 or v2: containerd decodes by the type's name.</summary>
    private Task<StatsResponse> StatsAsync(StatsRequest request, RpcContext context)
    {
        var counters = tasks.ReadCounters(Ids.Container(request.Id));
        var (name, metrics) = counters.Generation == CgroupGeneration.V2
            ? (MetricsV2.TypeName, (IMessage)MetricsV2.Of(counters))
            : (MetricsV1.TypeName, MetricsV1.Of(counters));
        return Task.FromResult(new StatsResponse
        {
            Stats = new Any { TypeUrl = name, Value = metrics.ToByteString() },
        });
    }
}
