using ShimService.Contracts.V1;
using ShimService.Daemon.Verbs.Node;
using ShimService.Rpc;

namespace ShimService.Daemon.Services;

/// <summary>shimservice.v1.SystemService.</summary>
internal static class SystemServiceTable
{
    public const string Name = "shimservice.v1.SystemService";

    public static ServiceTable Build(DaemonParts parts) => new(Name,
    [
        Edge.Unary("Info", InfoRequest.Parser, new InfoVerb(parts.Registry, parts.Pool, parts.BuildHost, parts.Options).RunAsync),
        Edge.Unary("Version", VersionRequest.Parser, VersionVerb.RunAsync),
    ]);
}
