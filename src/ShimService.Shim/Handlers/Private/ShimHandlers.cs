using ShimService.Contracts.Shim.V1;
using ShimService.Contracts.V1;
using ShimService.Rpc;
using ShimService.Shim.Handlers.Mapping;
using ShimService.Tasks.Supervision;
using AttachRequest = ShimService.Contracts.Shim.V1.AttachRequest;
using AttachResponse = ShimService.Contracts.Shim.V1.AttachResponse;
using ExplainRequest = ShimService.Contracts.Shim.V1.ExplainRequest;
using ExplainResponse = ShimService.Contracts.Shim.V1.ExplainResponse;
using GetRequest = ShimService.Contracts.Shim.V1.GetRequest;
using GetResponse = ShimService.Contracts.Shim.V1.GetResponse;
using InfoRequest = ShimService.Contracts.Shim.V1.InfoRequest;
using InfoResponse = ShimService.Contracts.Shim.V1.InfoResponse;
using ListRequest = ShimService.Contracts.Shim.V1.ListRequest;
using ListResponse = ShimService.Contracts.Shim.V1.ListResponse;
using PidsRequest = ShimService.Contracts.Shim.V1.PidsRequest;
using PidsResponse = ShimService.Contracts.Shim.V1.PidsResponse;
using StatsRequest = ShimService.Contracts.Shim.V1.StatsRequest;
using WatchEventsRequest = ShimService.Contracts.Shim.V1.WatchEventsRequest;

namespace ShimService.Shim.Handlers.Private;

/// <summary>What containerd's Task service does not say, between our own processes. A file per verb.</summary>
internal sealed partial class ShimHandlers(TaskManager tasks, string group)
{
    public const string Service = "shimservice.shim.v1.Shim";

    public ServiceTable Table() => new(Service,
    [
        Guarded.Unary<InfoRequest, InfoResponse>("Info", InfoRequest.Parser, InfoAsync),
        Guarded.Unary<ListRequest, ListResponse>("List", ListRequest.Parser, ListAsync),
        Guarded.Unary<GetRequest, GetResponse>("Get", GetRequest.Parser, GetAsync),
        Guarded.ServerStream<WatchEventsRequest, Event>("WatchEvents", WatchEventsRequest.Parser, WatchEventsAsync),
        Guarded.Unary<AcknowledgeEventsRequest, AcknowledgeEventsResponse>(
            "AcknowledgeEvents", AcknowledgeEventsRequest.Parser, AcknowledgeEventsAsync),
        Guarded.Unary<StatsRequest, TaskStats>("Stats", StatsRequest.Parser, StatsAsync),
        Guarded.Unary<PidsRequest, PidsResponse>("Pids", PidsRequest.Parser, PidsAsync),
        Guarded.Duplex<AttachRequest, AttachResponse>("Attach", AttachRequest.Parser, AttachAsync),
        Guarded.Unary<ExplainRequest, ExplainResponse>("Explain", ExplainRequest.Parser, ExplainAsync),
        Guarded.Unary<ForceDeleteRequest, ForceDeleteResponse>(
            "ForceDelete", ForceDeleteRequest.Parser, ForceDeleteAsync),
        Guarded.Unary<ExpectRequest, ExpectResponse>("Expect", ExpectRequest.Parser, ExpectAsync),
        Guarded.Unary<TimingsRequest, TimingsResponse>("Timings", TimingsRequest.Parser, TimingsAsync),
    ]);
}
