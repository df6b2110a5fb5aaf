using ShimService.Contracts.V1;
using ShimService.Daemon.Verbs.Networks;
using ShimService.Rpc;

namespace ShimService.Daemon.Services;

/// <summary>shimservice.v1.NetworkService.</summary>
internal static class NetworkServiceTable
{
    public const string Name = "shimservice.v1.NetworkService";

    public static ServiceTable Build(DaemonParts parts) => new(Name,
    [
        Edge.Unary("Create", CreateNetworkRequest.Parser, new CreateNetworkVerb(parts.Networks).RunAsync),
        Edge.Unary("Get", GetNetworkRequest.Parser, new GetNetworkVerb(parts.Networks).RunAsync),
        Edge.Unary("List", ListNetworksRequest.Parser, new ListNetworksVerb(parts.Networks).RunAsync),
        Edge.Unary("Delete", DeleteNetworkRequest.Parser, new DeleteNetworkVerb(parts.Networks).RunAsync),
        Edge.Unary("Connect", ConnectRequest.Parser, new ConnectVerb(parts.Registry, parts.Networks).RunAsync),
        Edge.Unary("Disconnect", DisconnectRequest.Parser, new DisconnectVerb(parts.Registry, parts.Networks).RunAsync),
        Edge.Unary("Check", CheckRequest.Parser, new CheckVerb(parts.Registry, parts.Networks).RunAsync),
    ]);
}
