using Google.Protobuf;

namespace ShimService.Rpc;

/// <summary>
/// A client's connection to a server. Any thread may start calls, many at once. Every call's errors: RpcException
/// (the server's answer; Unavailable where the connection is gone), OperationCanceledException for the caller's token.
/// </summary>
public abstract class RpcChannel : IAsyncDisposable
{
    /// <summary>Completes, never faults, when the connection is gone: every later call is Unavailable.</summary>
    public abstract Task Closed { get; }

    public abstract Task<TRes> UnaryAsync<TReq, TRes>(
        string service,
        string method,
        TReq request,
        MessageParser<TRes> parser,
        RpcCallOptions options,
        CancellationToken cancel)
        where TReq : class, IMessage<TReq>
        where TRes : class, IMessage<TRes>;

    public abstract IAsyncEnumerable<TRes> ServerStreamAsync<TReq, TRes>(
        string service,
        string method,
        TReq request,
        MessageParser<TRes> parser,
        RpcCallOptions options,
        CancellationToken cancel)
        where TReq : class, IMessage<TReq>
        where TRes : class, IMessage<TRes>;

    /// <summary>Serves client streams too: write, complete, then read the one answer.</summary>
    public abstract RpcDuplexCall<TReq, TRes> Duplex<TReq, TRes>(
        string service,
        string method,
        MessageParser<TRes> parser,
        RpcCallOptions options,
        CancellationToken cancel)
        where TReq : class, IMessage<TReq>
        where TRes : class, IMessage<TRes>;

    public Task<TRes> UnaryAsync<TReq, TRes>(
        string service, string method, TReq request, MessageParser<TRes> parser, CancellationToken cancel)
        where TReq : class, IMessage<TReq>
        where TRes : class, IMessage<TRes> =>
        UnaryAsync(service, method, request, parser, RpcCallOptions.Default, cancel);

    public IAsyncEnumerable<TRes> ServerStreamAsync<TReq, TRes>(
        string service, string method, TReq request, MessageParser<TRes> parser, CancellationToken cancel)
        where TReq : class, IMessage<TReq>
        where TRes : class, IMessage<TRes> =>
        ServerStreamAsync(service, method, request, parser, RpcCallOptions.Default, cancel);

    public RpcDuplexCall<TReq, TRes> Duplex<TReq, TRes>(
        string service, string method, MessageParser<TRes> parser, CancellationToken cancel)
        where TReq : class, IMessage<TReq>
        where TRes : class, IMessage<TRes> =>
        Duplex<TReq, TRes>(service, method, parser, RpcCallOptions.Default, cancel);

    public abstract ValueTask DisposeAsync();
}
