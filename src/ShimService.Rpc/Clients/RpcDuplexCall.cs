using Google.Protobuf;

namespace ShimService.Rpc;

/// <summary>
/// A call whose client sends messages while it reads answers. One writer and one reader at a time. Dispose ends the
/// call if it is still open.
/// </summary>
public abstract class RpcDuplexCall<TReq, TRes> : IAsyncDisposable
    where TReq : class, IMessage<TReq>
    where TRes : class, IMessage<TRes>
{
    /// <summary>Waits while the transport takes no more. Errors: the call's own, once it has ended.</summary>
    public abstract ValueTask WriteAsync(TReq message, CancellationToken cancel);

    /// <summary>Says that no more messages come. Reading goes on.</summary>
    public abstract ValueTask CompleteAsync(CancellationToken cancel);

    /// <summary>The server's messages; ends, or throws the call's error, when the server has ended the call.</summary>
    public abstract IAsyncEnumerable<TRes> ReadAllAsync(CancellationToken cancel);

    public abstract ValueTask DisposeAsync();
}
