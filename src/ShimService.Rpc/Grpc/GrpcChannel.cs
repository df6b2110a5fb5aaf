using System.Net;
using System.Runtime.CompilerServices;
using Google.Protobuf;
using ShimService.Rpc.Grpc;

namespace ShimService.Rpc;

/// <summary>
/// A gRPC client over one HTTP/2 connection (prior knowledge, no TLS) to a unix socket. It connects with its first
/// call, and not again: after <see cref="Closed"/> every call is Unavailable, as with ttrpc.
/// </summary>
public sealed class GrpcChannel : RpcChannel
{
    private readonly string _socketPath;
    private readonly HttpMessageInvoker _http;
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ConnectionStream? _connection;
    private int _connections;

    private GrpcChannel(string socketPath, GrpcChannelOptions options)
    {
        _socketPath = socketPath;
        Options = options;
        _http = new(new SocketsHttpHandler
        {
            ConnectCallback = ConnectAsync,
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
            PooledConnectionLifetime = Timeout.InfiniteTimeSpan,
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            ActivityHeadersPropagator = null,
            InitialHttp2StreamWindowSize = 1024 * 1024,
        });
    }

    public override Task Closed => _closed.Task;

    internal GrpcChannelOptions Options { get; }

    public static GrpcChannel ForUnixSocket(string socketPath) => ForUnixSocket(socketPath, new());

    public static GrpcChannel ForUnixSocket(string socketPath, GrpcChannelOptions options) => new(socketPath, options);

    public override async Task<TRes> UnaryAsync<TReq, TRes>(
        string service,
        string method,
        TReq request,
        MessageParser<TRes> parser,
        RpcCallOptions options,
        CancellationToken cancel)
    {
        await using var call = new GrpcClientCall(this, service, method, options, cancel);
        await call.OpenAsync(new GrpcUnaryContent(call.Encode(request)));
        return (TRes?)await call.ReadAsync(parser, call.Token) ?? throw RpcException.Internal(
            $"{service}/{method}: the server ended the call without an answer");
    }

    public override async IAsyncEnumerable<TRes> ServerStreamAsync<TReq, TRes>(
        string service,
        string method,
        TReq request,
        MessageParser<TRes> parser,
        RpcCallOptions options,
        [EnumeratorCancellation] CancellationToken cancel)
    {
        await using var call = new GrpcClientCall(this, service, method, options, cancel);
        await call.OpenAsync(new GrpcUnaryContent(call.Encode(request)));
        while (await call.ReadAsync(parser, call.Token) is { } message)
        {
            yield return (TRes)message;
        }
    }

    public override RpcDuplexCall<TReq, TRes> Duplex<TReq, TRes>(
        string service, string method, MessageParser<TRes> parser, RpcCallOptions options, CancellationToken cancel) =>
        new GrpcDuplexCall<TReq, TRes>(new GrpcClientCall(this, service, method, options, cancel), parser);

    public override ValueTask DisposeAsync()
    {
        // The handler alone would keep the connection as long as a call is under way.
        _connection?.Dispose();
        _http.Dispose();
        _closed.TrySetResult();
        return ValueTask.CompletedTask;
    }

    /// <summary>
    /// Sends the request; returns with the headers of the answer. Errors: RpcException, OperationCanceled.
    /// </summary>
    internal async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancel)
    {
        try
        {
            return await _http.SendAsync(request, cancel);
        }
        catch (Exception error) when (error is HttpRequestException or IOException or ObjectDisposedException)
        {
            throw Translate(error);
        }
    }

    /// <summary>What broke, as a status. Source: grpc/grpc doc/PROTOCOL-HTTP2.md, "Errors".</summary>
    internal RpcException Translate(Exception error)
    {
        for (Exception? one = error; one is not null; one = one.InnerException)
        {
            switch (one)
            {
                case RpcException known:
                    return known;
                case HttpProtocolException { ErrorCode: var code } when !_closed.Task.IsCompleted:
                    return new(
                        GrpcStatus.FromHttp2Error(code),
                        $"the server reset the call (HTTP/2 error {code})",
                        null,
                        error);
                default:
                    break;
            }
        }

        return RpcException.Unavailable($"the connection to {_socketPath} is gone", error);
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancel)
    {
        if (Interlocked.Increment(ref _connections) > 1)
        {
            throw RpcException.Unavailable($"the connection to {_socketPath} is gone");
        }

        try
        {
            _connection = new(await UnixConnect.ConnectAsync(_socketPath, TimeProvider.System, cancel), _closed);
            return _connection;
        }
        catch
        {
            _closed.TrySetResult();
            throw;
        }
    }

    internal HttpRequestMessage NewRequest(string service, string method, RpcCallOptions options)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"http://localhost/{service}/{method}"))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        request.Headers.TryAddWithoutValidation("te", "trailers");
        request.Headers.TryAddWithoutValidation(GrpcEncoding.AcceptHeader, GrpcEncoding.Accepted);
        if (Options.Gzip)
        {
            request.Headers.TryAddWithoutValidation(GrpcEncoding.Header, GrpcEncoding.Gzip);
        }

        if (options.Timeout is { } timeout)
        {
            request.Headers.TryAddWithoutValidation("grpc-timeout", GrpcTimeout.Format(timeout));
        }

        foreach ((string key, string value) in options.Metadata)
        {
            request.Headers.TryAddWithoutValidation(key, value);
        }

        return request;
    }
}
