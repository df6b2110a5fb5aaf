using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using ShimService.Contracts.Google.Rpc;

namespace ShimService.Rpc;

/// <content>The errors handlers make, each with the details its code asks for.</content>
public sealed partial class RpcException
{
    /// <summary>ErrorInfo.domain of every error made here.</summary>
    public const string Domain = "shimservice";

    /// <summary>The request itself is wrong. Details: ErrorInfo and BadRequest with the field.</summary>
    /// <param name="field">As the caller spells it: "config.args[0]".</param>
    public static RpcException InvalidArgument(string field, string message, string reason = "INVALID_ARGUMENT")
    {
        var badRequest = new BadRequest
        {
            FieldViolations = { new BadRequest.Types.FieldViolation { Field = field, Description = message } },
        };
        return new(
            RpcStatusCode.InvalidArgument,
            message,
            [Info(reason, [new("field", field)]), Pack("google.rpc.BadRequest", badRequest)]);
    }

    /// <summary>
    /// The state of the subject forbids the verb. Details: ErrorInfo with state and verb, and PreconditionFailure.
    /// </summary>
    /// <param name="subject">What is in the wrong state: "task c1".</param>
    /// <param name="state">The state it is in: "STOPPED".</param>
    /// <param name="verb">What was asked: "Pause".</param>
    public static RpcException FailedPrecondition(
        string reason, string subject, string state, string verb, string message)
    {
        var failure = new PreconditionFailure
        {
            Violations =
            {
                new PreconditionFailure.Types.Violation { Type = reason, Subject = subject, Description = message },
            },
        };
        return new(
            RpcStatusCode.FailedPrecondition,
            message,
            [
                Info(reason, [new("state", state), new("verb", verb)]),
                Pack("google.rpc.PreconditionFailure", failure),
            ]);
    }

    public static RpcException NotFound(string reason, string message) =>
        Create(RpcStatusCode.NotFound, reason, message);

    public static RpcException AlreadyExists(string reason, string message) =>
        Create(RpcStatusCode.AlreadyExists, reason, message);

    public static RpcException Unimplemented(string message) =>
        Create(RpcStatusCode.Unimplemented, "UNIMPLEMENTED", message);

    public static RpcException ResourceExhausted(string reason, string message) =>
        Create(RpcStatusCode.ResourceExhausted, reason, message);

    public static RpcException Unavailable(string message, Exception? inner = null) =>
        new(RpcStatusCode.Unavailable, message, [Info("UNAVAILABLE", [])], inner);

    public static RpcException DeadlineExceeded(string message) =>
        Create(RpcStatusCode.DeadlineExceeded, "DEADLINE_EXCEEDED", message);

    public static RpcException Canceled(string message) => Create(RpcStatusCode.Canceled, "CANCELED", message);

    public static RpcException Internal(string message, Exception? inner = null) =>
        new(RpcStatusCode.Internal, message, [Info("INTERNAL", [])], inner);

    /// <summary>Any code with an ErrorInfo: for a failed launch, metadata holds step, errno and hint.</summary>
    public static RpcException Create(
        RpcStatusCode code,
        string reason,
        string message,
        IReadOnlyList<KeyValuePair<string, string>>? metadata = null,
        Exception? inner = null) =>
        new(code, message, [Info(reason, metadata ?? [])], inner);

    private static Any Info(string reason, IReadOnlyList<KeyValuePair<string, string>> metadata)
    {
        var info = new ErrorInfo { Reason = reason, Domain = Domain };
        foreach ((string key, string value) in metadata)
        {
            info.Metadata[key] = value;
        }

        return Pack("google.rpc.ErrorInfo", info);
    }

    // Not Any.Pack: it asks the message for its descriptor.
    private static Any Pack(string fullName, IMessage message) =>
        new() { TypeUrl = "type.googleapis.com/" + fullName, Value = message.ToByteString() };
}
