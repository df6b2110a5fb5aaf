using ShimService.Contracts.Google.Rpc;

namespace ShimService.Rpc;

/// <content>To and from google.rpc.Status, the form errors travel in.</content>
public sealed partial class RpcException
{
    public Status ToStatus()
    {
        var status = new Status { Code = (int)Code, Message = Message };
        status.Details.AddRange(Details);
        return status;
    }

    /// <summary>Null where the status says that the call went well. Codes we do not know become Unknown.</summary>
    public static RpcException? FromStatus(Status? status) =>
        status is null || status.Code == 0
            ? null
            : new RpcException(CodeOf(status.Code), status.Message, [.. status.Details]);

    /// <summary>Total: a number that is no code is Unknown, as gRPC says.</summary>
    internal static RpcStatusCode CodeOf(int number) =>
        number is >= 0 and <= (int)RpcStatusCode.Unauthenticated ? (RpcStatusCode)number : RpcStatusCode.Unknown;
}
