using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using ShimService.Contracts.Google.Rpc;

namespace ShimService.Rpc;

/// <summary>
/// A call's error, on both sides: thrown by handlers to say how the call ends, thrown by channels to say how it ended.
/// The message is for people; the details (google.rpc.*) say the same to programs.
/// </summary>
public sealed partial class RpcException : Exception
{
    /// <param name="code">Any code but Ok.</param>
    /// <param name="message">For people; travels to the client as it is.</param>
    /// <param name="details">google.rpc messages packed in Any, or nothing.</param>
    /// <param name="inner">Stays on this side.</param>
    public RpcException(
        RpcStatusCode code, string message, IReadOnlyList<Any>? details = null, Exception? inner = null)
        : base(message, inner)
    {
        ArgumentOutOfRangeException.ThrowIfEqual((int)code, (int)RpcStatusCode.Ok);
        Code = code;
        Details = details ?? [];
    }

    public RpcStatusCode Code { get; }

    public IReadOnlyList<Any> Details { get; }

    /// <summary>ErrorInfo.reason of the details ("UNKNOWN_TASK"); null where there is none.</summary>
    public string? Reason => Detail("google.rpc.ErrorInfo", ErrorInfo.Parser)?.Reason;

    /// <summary>
    /// The first detail with that full name; null where there is none or its bytes are not one. The name is an
    /// argument because asking the message type for it would load its descriptor.
    /// </summary>
    public T? Detail<T>(string fullName, MessageParser<T> parser)
        where T : class, IMessage<T>
    {
        ArgumentNullException.ThrowIfNull(parser);
        foreach (Any any in Details)
        {
            ReadOnlySpan<char> url = any.TypeUrl;
            if (url[(url.LastIndexOf('/') + 1)..].SequenceEqual(fullName))
            {
                try
                {
                    return parser.ParseFrom(any.Value);
                }
                catch (InvalidProtocolBufferException)
                {
                    return null;
                }
            }
        }

        return null;
    }
}
