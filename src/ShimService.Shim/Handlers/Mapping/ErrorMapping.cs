using ShimService.Rpc;
using ShimService.Tasks.Errors;

namespace ShimService.Shim.Handlers.Mapping;

/// <summary>The border between the domain and RPC: every <see cref="TaskException"/> becomes a status here.</summary>
internal static class ErrorMapping
{
    public static RpcException ToRpc(TaskException failure) => failure switch
    {
        { Kind: ErrorKind.InvalidArgument, Field: { } field } when failure.Step is null =>
            RpcException.InvalidArgument(field, failure.Message, Reason(failure.Reason)),
        { State: { } state, Verb: { } verb, Kind: ErrorKind.FailedPrecondition } =>
            RpcException.FailedPrecondition(
                Reason(failure.Reason), failure.Subject ?? "task", state, verb, failure.Message),
        _ => RpcException.Create(
            Code(failure.Kind), Reason(failure.Reason), failure.Message, Metadata(failure), failure),
    };

    public static RpcStatusCode Code(ErrorKind kind) => kind switch
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
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    /// <summary>ErrorInfo.reason. Literals: an enum's own name would need its metadata.</summary>
    public static string Reason(ErrorReason reason) => reason switch
    {
        ErrorReason.InvalidId => "INVALID_ID",
        ErrorReason.InvalidSpec => "INVALID_SPEC",
        ErrorReason.InvalidArgument => "INVALID_ARGUMENT",
        ErrorReason.UnsupportedField => "UNSUPPORTED_FIELD",
        ErrorReason.UnknownTask => "UNKNOWN_TASK",
        ErrorReason.UnknownExec => "UNKNOWN_EXEC",
        ErrorReason.TaskExists => "TASK_EXISTS",
        ErrorReason.ExecExists => "EXEC_EXISTS",
        ErrorReason.WrongState => "WRONG_STATE",
        ErrorReason.ProcessGone => "PROCESS_GONE",
        ErrorReason.LaunchFailed => "LAUNCH_FAILED",
        ErrorReason.UnknownNetwork => "UNKNOWN_NETWORK",
        ErrorReason.NetworkExists => "NETWORK_EXISTS",
        ErrorReason.NetworkInUse => "NETWORK_IN_USE",
        ErrorReason.UnknownEndpoint => "UNKNOWN_ENDPOINT",
        ErrorReason.EndpointExists => "ENDPOINT_EXISTS",
        ErrorReason.AddressInUse => "ADDRESS_IN_USE",
        ErrorReason.NetworkFailed => "NETWORK_FAILED",
        ErrorReason.HostLacks => "HOST_LACKS",
        ErrorReason.Busy => "BUSY",
        ErrorReason.TimedOut => "TIMED_OUT",
        ErrorReason.ShuttingDown => "SHUTTING_DOWN",
        ErrorReason.Internal => "INTERNAL",
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, null),
    };

    private static List<KeyValuePair<string, string>> Metadata(TaskException failure)
    {
        var metadata = new List<KeyValuePair<string, string>>();
        Add(metadata, "field", failure.Field);
        Add(metadata, "state", failure.State);
        Add(metadata, "verb", failure.Verb);
        Add(metadata, "step", failure.Step);
        Add(metadata, "errno", failure.Errno);
        Add(metadata, "hint", failure.Hint);
        return metadata;
    }

    private static void Add(List<KeyValuePair<string, string>> metadata, string key, string? value)
    {
        if (value is not null)
        {
            metadata.Add(new(key, value));
        }
    }
}
