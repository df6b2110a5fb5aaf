using ShimService.Oci;
using ShimService.Rpc;
using ShimService.Tasks.Errors;

namespace ShimService.Daemon.Errors;

/// <summary>The domain's errors as RPC statuses; the only place where shimd translates them.</summary>
internal static class TaskErrors
{
    public static RpcException ToRpc(TaskException error) => error.Kind switch
    {
        ErrorKind.InvalidArgument => RpcException.InvalidArgument(error.Field ?? "", error.Message, Reason(error)),
        ErrorKind.FailedPrecondition => RpcException.FailedPrecondition(
            Reason(error), error.Subject ?? error.Field ?? "", error.State ?? "", error.Verb ?? "", error.Message),
        _ => RpcException.Create(Code(error.Kind), Reason(error), error.Message, Metadata(error), error),
    };

    public static RpcException ToRpc(SpecException error) => error.Kind switch
    {
        SpecProblem.Invalid => RpcException.InvalidArgument(error.Field, error.Message, "INVALID_SPEC"),
        SpecProblem.Unsupported => RpcException.InvalidArgument(error.Field, error.Message, "UNSUPPORTED_FIELD"),
        _ => throw new ArgumentOutOfRangeException(nameof(error), error.Kind, "not a SpecProblem"),
    };

    private static RpcStatusCode Code(ErrorKind kind) => kind switch
    {
        ErrorKind.InvalidArgument => RpcStatusCode.InvalidArgument,
        ErrorKind.NotFound => RpcStatusCode.NotFound,
        ErrorKind.AlreadyExists => RpcStatusCode.AlreadyExists,
        ErrorKind.FailedPrecondition => RpcStatusCode.FailedPrecondition,
        ErrorKind.PermissionDenied => RpcStatusCode.PermissionDenied,
        ErrorKind.ResourceExhausted => RpcStatusCode.ResourceExhausted,
        ErrorKind.OutOfRange => RpcStatusCode.OutOfRange,
        ErrorKind.Aborted => RpcStatusCode.Aborted,
        ErrorKind.Unimplemented => RpcStatusCode.Unimplemented,
        ErrorKind.Unavailable => RpcStatusCode.Unavailable,
        ErrorKind.DeadlineExceeded => RpcStatusCode.DeadlineExceeded,
        ErrorKind.Internal => RpcStatusCode.Internal,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "not an ErrorKind"),
    };

    // InvalidSpec → INVALID_SPEC
    private static string Reason(TaskException error) => string.Concat(error.Reason.ToString().Select(
        (letter, index) => index > 0
            && char.IsAsciiLetterUpper(letter) ? $"_{letter}" : $"{char.ToUpperInvariant(letter)}"));

    private static List<KeyValuePair<string, string>> Metadata(TaskException error)
    {
        var metadata = new List<KeyValuePair<string, string>>();
        Add("step", error.Step);
        Add("errno", error.Errno);
        Add("hint", error.Hint);
        return metadata;

        void Add(string key, string? value)
        {
            if (value is not null)
            {
                metadata.Add(new(key, value));
            }
        }
    }
}
