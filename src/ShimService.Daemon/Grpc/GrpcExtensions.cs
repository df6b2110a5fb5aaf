using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using ShimService.Daemon.Grpc.Authority;
using ShimService.Daemon.Grpc.Health;
using ShimService.Daemon.Grpc.Reflection;
using ShimService.Rpc;

namespace ShimService.Daemon.Grpc;

/// <summary>What shimd's Program needs to serve tables over gRPC.</summary>
public static class GrpcExtensions
{
    /// <summary>
    /// Streams one connection may have open. Kestrel's own 100 would block the client that waits for the 101st
    /// container. A waiting stream costs 8 kB.
    /// </summary>
    public const int StreamsPerConnection = 32_768;

    /// <summary>
    /// Listens for HTTP/2 without TLS. The caller removes a stale socket before, and sets its mode after the start.
    /// </summary>
    public static void ListenGrpc(this KestrelServerOptions kestrel, string socketPath)
    {
        KestrelServerLimits limits = kestrel.Limits;
        limits.Http2.MaxStreamsPerConnection = StreamsPerConnection;
        limits.MaxConcurrentConnections = null;

        // A call may stay silent for days: no rates, no idle limit. Messages have their own limit.
        limits.MinRequestBodyDataRate = null;
        limits.MinResponseDataRate = null;

        // Not infinite: Kestrel of .NET 9 adds that to its clock, overflows, and sends GOAWAY at the next heartbeat to
        // every connection without a call; a client that was just writing sees a broken pipe.
        limits.KeepAliveTimeout = TimeSpan.FromDays(365);
        limits.MaxRequestBodySize = null;
        kestrel.AllowAlternateSchemes = true;
        kestrel.AddServerHeader = false;
        kestrel.ListenUnixSocket(socketPath, static listen =>
        {
            listen.Protocols = HttpProtocols.Http2;
            listen.Use(static next => connection => AuthorityMiddleware.RunAsync(connection, next));
        });
    }

    /// <summary>Serves the tables, and reflection (v1, v1alpha) and health (v1) about them.</summary>
    public static void MapServiceTables(
        this IApplicationBuilder app, IReadOnlyList<ServiceTable> tables, GrpcServerOptions options)
    {
        var names = new List<string>();
        foreach (ServiceTable table in tables)
        {
            names.Add(table.Name);
            options.Health.Know(table.Name);
        }

        ServiceTable health = HealthTable.Of(options.Health);
        names.AddRange([health.Name, ReflectionTables.NameV1, ReflectionTables.NameV1Alpha]);
        var catalogue = new ReflectionCatalogue(names, options.Files);
        var handler = new GrpcHandler(
            new ServiceTables([.. tables, health, ReflectionTables.V1(catalogue), ReflectionTables.V1Alpha(catalogue)]),
            options);
        app.Use(handler.HandleAsync);
    }
}
