using System.Net.Sockets;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.Extensions.Primitives;
using ShimService.Rpc;
using ShimService.Rpc.Grpc;

namespace ShimService.Daemon.Grpc;

/// <summary>
/// From an HTTP/2 request to a row of a table and back. Kestrel does HTTP/2, CallRunner the call; this reads and writes
/// headers. Source: grpc/grpc doc/PROTOCOL-HTTP2.md.
/// </summary>
internal sealed class GrpcHandler(ServiceTables tables, GrpcServerOptions options)
{
    private const string ContentType = "application/grpc";

    public async Task HandleAsync(HttpContext http, RequestDelegate next)
    {
        if (!HttpMethods.IsPost(http.Request.Method))
        {
            await next(http);
            return;
        }

        if (!IsGrpc(http.Request.ContentType))
        {
            http.Response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
            return;
        }

        http.Response.ContentType = ContentType;
        http.Response.Headers[GrpcEncoding.AcceptHeader] = GrpcEncoding.Accepted;
        RpcException? error;
        try
        {
            error = await RunAsync(http);
        }
        catch (RpcException refused)
        {
            error = refused;
        }

        WriteStatus(http, error);
    }

    /// <summary>"application/grpc" and its "+proto"; not "application/grpc-web", not "+json".</summary>
    internal static bool IsGrpc(string? contentType)
    {
        if (contentType is null || !contentType.StartsWith(ContentType, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        ReadOnlySpan<char> rest = contentType.AsSpan(ContentType.Length);
        if (rest.StartsWith("+proto", StringComparison.OrdinalIgnoreCase))
        {
            rest = rest["+proto".Length..];
        }

        return rest.IsEmpty || rest[0] is ';' or ' ';
    }

    private async Task<RpcException?> RunAsync(HttpContext http)
    {
        (ServiceTable service, RpcMethod method) = Route(http.Request.Path.Value ?? string.Empty);
        IHeaderDictionary headers = http.Request.Headers;
        bool gzip = GrpcEncoding.IsGzip(headers[GrpcEncoding.Header]);
        TimeSpan? timeout = GrpcTimeout.Parse(headers["grpc-timeout"]);
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
        var context = new RpcContext
        {
            Service = service.Name,
            Method = method.Name,
            Cancellation = cancel.Token,
            Deadline = timeout is { } time ? CallTimeout.DeadlineAt(options.Clock.GetUtcNow(), time) : null,
            Metadata = MetadataOf(headers),
            Peer = http.Features.Get<IConnectionSocketFeature>()?.Socket is Socket socket
                ? PeerCheck.Read(socket)
                : null,
        };
        if (timeout is { } limit)
        {
            CallTimeout.Start(cancel, limit);
        }

        await using var call = new GrpcCall(http, cancel, gzip, options.MessageLimit);
        return await CallRunner.RunAsync(method, call, context, options.Unexpected);
    }

    private (ServiceTable Service, RpcMethod Method) Route(string path)
    {
        int slash = path.LastIndexOf('/');
        return slash > 0
            ? tables.Route(path[1..slash], path[(slash + 1)..])
            : throw RpcException.Unimplemented($"{path} is not /service/method");
    }

    // Everything but what HTTP and gRPC themselves speak of.
    private static RpcMetadata MetadataOf(IHeaderDictionary headers)
    {
        var metadata = new RpcMetadata();
        foreach ((string key, StringValues values) in headers)
        {
            bool ours = key.StartsWith(':') || key.StartsWith("grpc-", StringComparison.OrdinalIgnoreCase)
                || key.Equals("content-type", StringComparison.OrdinalIgnoreCase)
                || key.Equals("te", StringComparison.OrdinalIgnoreCase)
                || key.Equals("host", StringComparison.OrdinalIgnoreCase);
            if (!ours)
            {
                foreach (string? value in values)
                {
                    metadata.Add(key, value ?? string.Empty);
                }
            }
        }

        return metadata;
    }

    // In the trailers; in the headers where nothing else has been sent (trailers-only).
    private static void WriteStatus(HttpContext http, RpcException? error)
    {
        if (http.RequestAborted.IsCancellationRequested)
        {
            return;
        }

        bool started = http.Response.HasStarted;
        Write(GrpcStatus.StatusHeader, error is null ? "0" : ((int)error.Code).ToString(Invariant));
        if (error is not null)
        {
            Write(GrpcStatus.MessageHeader, GrpcStatus.Message(error));
            if (GrpcStatus.Details(error) is { } details)
            {
                Write(GrpcStatus.DetailsHeader, details);
            }
        }

        void Write(string name, string value)
        {
            if (started)
            {
                http.Response.AppendTrailer(name, value);
            }
            else
            {
                http.Response.Headers[name] = value;
            }
        }
    }

    private static IFormatProvider Invariant => System.Globalization.CultureInfo.InvariantCulture;
}
