using ShimService.Contracts.V1;
using ShimService.Daemon.Verbs.Events;
using ShimService.Rpc;

namespace ShimService.Daemon.Services;

/// <summary>shimservice.v1.EventService.</summary>
internal static class EventServiceTable
{
    public const string Name = "shimservice.v1.EventService";

    public static ServiceTable Build(DaemonParts parts) => new(Name,
    [
        Edge.ServerStream<WatchEventsRequest, Event>(
            "Watch", WatchEventsRequest.Parser, new WatchEventsVerb(parts.Log, parts.Stop).RunAsync),
        Edge.Unary("List", ListEventsRequest.Parser, new ListEventsVerb(parts.Log).RunAsync),
    ]);
}
