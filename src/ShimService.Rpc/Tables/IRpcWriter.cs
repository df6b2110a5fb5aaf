namespace ShimService.Rpc;

/// <summary>The server's messages, inside a handler. One writer at a time.</summary>
public interface IRpcWriter<in T>
{
    /// <summary>
    /// Returns when the transport has taken the message: a client that does not read makes this wait. Errors:
    /// RpcException(ResourceExhausted) for a message above the limit, OperationCanceledException once the call is over.
    /// </summary>
    ValueTask WriteAsync(T message, CancellationToken cancel);
}
