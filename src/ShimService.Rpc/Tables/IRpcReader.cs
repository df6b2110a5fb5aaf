namespace ShimService.Rpc;

/// <summary>The client's messages, inside a handler. One reader at a time, once.</summary>
public interface IRpcReader<out T>
{
    /// <summary>
    /// Ends when the client has said that it sends no more. Errors: a message that does not parse is
    /// RpcException(InvalidArgument); cancellation is OperationCanceledException.
    /// </summary>
    IAsyncEnumerable<T> ReadAllAsync(CancellationToken cancel);
}
