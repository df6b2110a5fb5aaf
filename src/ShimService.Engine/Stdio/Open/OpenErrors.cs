using ShimService.Linux.Errors;
using ShimService.Tasks.Errors;

namespace ShimService.Engine.Stdio.Open;

/// <summary>The one place where what the kernel says to opening a stream becomes the domain's error.</summary>
internal static class OpenErrors
{
    public static TaskException From(KernelException refused, string field, string uri) => refused.Errno switch
    {
        Errno.ENOENT or Errno.ENOTDIR or Errno.ELOOP or Errno.EISDIR or Errno.ENAMETOOLONG or Errno.ENXIO
            or Errno.EBADF or Errno.ECONNREFUSED or Errno.ENOTSOCK or Errno.EPROTOTYPE => Make(
                ErrorKind.InvalidArgument,
                ErrorReason.InvalidArgument,
                refused,
                field,
                uri),
        Errno.ESRCH => Make(ErrorKind.FailedPrecondition, ErrorReason.ProcessGone, refused, field, uri),
        Errno.EACCES or Errno.EPERM or Errno.EROFS => Make(
            ErrorKind.PermissionDenied, ErrorReason.InvalidArgument, refused, field, uri),
        Errno.EMFILE or Errno.ENFILE or Errno.ENOMEM or Errno.ENOSPC or Errno.EDQUOT => Make(
            ErrorKind.ResourceExhausted, ErrorReason.HostLacks, refused, field, uri),
        Errno.ETIMEDOUT => Make(ErrorKind.DeadlineExceeded, ErrorReason.TimedOut, refused, field, uri),
        _ => Make(ErrorKind.Internal, ErrorReason.Internal, refused, field, uri),
    };

    public static TaskException Invalid(string field, string uri, string problem) => new(
        ErrorKind.InvalidArgument, ErrorReason.InvalidArgument, $"{field} \"{uri}\": {problem}")
    {
        Field = field,
    };

    /// <summary>A logger that could not be executed, or did not get ready.</summary>
    public static TaskException Logger(string uri, string problem, Exception? inner = null, string? errno = null) =>
        new(
        ErrorKind.FailedPrecondition, ErrorReason.LaunchFailed, $"stdout \"{uri}\": {problem}", inner)
    {
        Field = "stdout",
        Step = "start the logger",
        Errno = errno,
    };

    private static TaskException Make(
        ErrorKind kind, ErrorReason reason, KernelException refused, string field, string uri) =>
        new(kind, reason, $"{field} \"{uri}\": {refused.Message}", refused)
        {
            Field = field,
            Errno = refused.Errno.ToString(),
        };
}
