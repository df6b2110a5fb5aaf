using Google.Protobuf;
using ShimService.Contracts.Google.Rpc;

namespace ShimService.Rpc.Grpc;

/// <summary>
/// How a call ended, as the trailers grpc-status, grpc-message and grpc-status-details-bin.
/// Source: grpc/grpc doc/PROTOCOL-HTTP2.md, "Trailers".
/// </summary>
internal static class GrpcStatus
{
    public const string StatusHeader = "grpc-status";
    public const string MessageHeader = "grpc-message";
    public const string DetailsHeader = "grpc-status-details-bin";

    // C-core's clients refuse metadata above 8 KiB in all: a long message must not cost the caller the code.
    private const int MessageLimit = 2048;
    private const int DetailsLimit = 4096;

    /// <summary>The header's value, cut to what every client takes.</summary>
    public static string Message(RpcException error) => GrpcMessage.Encode(error.Message, MessageLimit);

    /// <summary>The details in base64; null where there are none, or not even the first one fits.</summary>
    public static string? Details(RpcException error)
    {
        Status status = error.ToStatus();
        if (status.Message.Length > MessageLimit / 4)
        {
            // In full it is in the other header, as far as it fits there.
            status.Message = GrpcMessage.Decode(GrpcMessage.Encode(status.Message, MessageLimit / 4));
        }

        while (status.Details.Count > 0)
        {
            if (status.CalculateSize() <= DetailsLimit * 3 / 4)
            {
                return Convert.ToBase64String(status.ToByteArray()).TrimEnd('=');
            }

            status.Details.RemoveAt(status.Details.Count - 1);
        }

        return null;
    }

    /// <summary>Null: the call went well. A status that is no number is Unknown.</summary>
    public static RpcException? Parse(string status, string? message, string? details)
    {
        int code = int.TryParse(status, out int number) ? number : (int)RpcStatusCode.Unknown;
        return code == 0
            ? null
            : new RpcException(
                RpcException.CodeOf(code), GrpcMessage.Decode(message ?? string.Empty), ParseDetails(details)?.Details);
    }

    /// <summary>
    /// What an HTTP status without a gRPC status means. Source: grpc/grpc doc/http-grpc-status-mapping.md.
    /// </summary>
    public static RpcStatusCode FromHttp(int status) => status switch
    {
        400 => RpcStatusCode.Internal,
        401 => RpcStatusCode.Unauthenticated,
        403 => RpcStatusCode.PermissionDenied,
        404 => RpcStatusCode.Unimplemented,
        429 or 502 or 503 or 504 => RpcStatusCode.Unavailable,
        _ => RpcStatusCode.Unknown,
    };

    /// <summary>What a reset stream means. Source: grpc/grpc doc/PROTOCOL-HTTP2.md, "Errors".</summary>
    public static RpcStatusCode FromHttp2Error(long error) => error switch
    {
        0x7 => RpcStatusCode.Unavailable, // REFUSED_STREAM
        0x8 => RpcStatusCode.Canceled, // CANCEL
        0xb => RpcStatusCode.ResourceExhausted, // ENHANCE_YOUR_CALM
        0xc => RpcStatusCode.PermissionDenied, // INADEQUATE_SECURITY
        _ => RpcStatusCode.Internal,
    };

    // Padding is optional on the wire; Convert wants it.
    private static Status? ParseDetails(string? details)
    {
        if (string.IsNullOrEmpty(details))
        {
            return null;
        }

        try
        {
            string padded = details.TrimEnd('=');
            return Status.Parser.ParseFrom(Convert.FromBase64String(padded.PadRight((padded.Length + 3) / 4 * 4, '=')));
        }
        catch (Exception error) when (error is FormatException or InvalidProtocolBufferException)
        {
            // The code and the message still say what happened.
            return null;
        }
    }
}
