using ShimService.Rpc;

namespace ShimService.Shim.Forward;

/// <summary>What a refused event means. Pure.</summary>
internal static class ForwardFailure
{
    /// <summary>
    /// True when the same event would be refused again, whenever it is sent: it is passed over, or nothing behind it
    /// would ever arrive. Everything else is waited out, for as long as it takes: a containerd that goes down answers
    /// Unknown. Source: containerd 2.1 core/events/exchange, which finds fault with an envelope as InvalidArgument.
    /// </summary>
    public static bool IsFinal(RpcStatusCode code) => code switch
    {
        RpcStatusCode.InvalidArgument or RpcStatusCode.NotFound or RpcStatusCode.AlreadyExists
            or RpcStatusCode.OutOfRange or RpcStatusCode.Unimplemented or RpcStatusCode.PermissionDenied
            or RpcStatusCode.Unauthenticated or RpcStatusCode.FailedPrecondition => true,
        RpcStatusCode.Ok or RpcStatusCode.Canceled or RpcStatusCode.Unknown or RpcStatusCode.DeadlineExceeded
            or RpcStatusCode.ResourceExhausted or RpcStatusCode.Aborted or RpcStatusCode.Internal
            or RpcStatusCode.Unavailable or RpcStatusCode.DataLoss => false,
        _ => false,
    };
}
