using Google.Protobuf;

namespace ShimService.Rpc;

/// <summary>
/// One incoming call as a transport sees it: messages in, messages out. How the call ends is the result of
/// <see cref="CallRunner"/>, and the transport's to send.
/// </summary>
public interface IServerCall
{
    /// <summary>Cancelled, or the connection is gone. A cancellation with this false is the deadline.</summary>
    bool CallerGone { get; }

    /// <summary>The client's next message; null after its last. Errors: RpcException(InvalidArgument) if it does not
    /// parse, RpcException(ResourceExhausted) above the size limit, OperationCanceledException.</summary>
    ValueTask<IMessage?> ReadAsync(MessageParser parser, CancellationToken cancel);

    /// <summary>Sends one message. In a call with one answer, this is the answer.</summary>
    ValueTask WriteAsync(IMessage message, CancellationToken cancel);
}
