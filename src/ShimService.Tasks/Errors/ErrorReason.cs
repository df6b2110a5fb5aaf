namespace ShimService.Tasks.Errors;

/// <summary>Why, for programs: becomes ErrorInfo.reason in UPPER_SNAKE_CASE.</summary>
public enum ErrorReason
{
    InvalidId,
    InvalidSpec,
    InvalidArgument,
    UnsupportedField,
    UnknownTask,
    UnknownExec,
    TaskExists,
    ExecExists,
    WrongState,
    ProcessGone,
    LaunchFailed,
    UnknownNetwork,
    NetworkExists,
    NetworkInUse,
    UnknownEndpoint,
    EndpointExists,
    AddressInUse,
    NetworkFailed,
    HostLacks,
    Busy,
    TimedOut,
    ShuttingDown,
    Internal,
}
