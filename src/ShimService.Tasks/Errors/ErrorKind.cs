namespace ShimService.Tasks.Errors;

/// <summary>Whose fault, and what to try. Closed: each RPC edge maps it with one total switch.</summary>
public enum ErrorKind
{
    InvalidArgument,
    NotFound,
    AlreadyExists,
    FailedPrecondition,
    PermissionDenied,
    ResourceExhausted,
    OutOfRange,
    Aborted,
    Unimplemented,
    Unavailable,
    DeadlineExceeded,
    Internal,
}
