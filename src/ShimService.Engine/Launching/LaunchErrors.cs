using ShimService.Linux.Errors;
using ShimService.Linux.Launch;
using ShimService.Oci;
using ShimService.Tasks.Errors;

namespace ShimService.Engine.Launching;

/// <summary>The border where the kernel's and the spec's errors become the domain's.</summary>
internal static class LaunchErrors
{
    /// <summary>A step in the child failed.</summary>
    public static TaskException From(LaunchException exception)
    {
        var failure = exception.Failure;
        var killed = failure.Errno == Errno.None;
        return new TaskException(Kind(failure), killed ? ErrorReason.ProcessGone : ErrorReason.LaunchFailed,
            exception.Message, exception)
        {
            Step = IsProgramMissing(failure) ? $"execve {failure.Subject}" : failure.Step,
            Errno = killed ? null : failure.Errno.ToString(),
            Hint = failure.Hint,
        };
    }

    /// <summary>A step in the shim failed: <paramref name="step"/> says which.</summary>
    public static TaskException From(string step, KernelException exception)
    {
        var hint = exception.Hint is null ? "" : $" — {exception.Hint}";
        return new TaskException(Kind(exception.Errno), ErrorReason.LaunchFailed,
            $"{step}: {exception.Call} {exception.Subject}: {exception.Errno}{hint}", exception)
        {
            Step = step,
            Errno = exception.Errno.ToString(),
            Hint = exception.Hint,
        };
    }

    public static TaskException From(SpecException exception) => exception.Kind == SpecProblem.Unsupported
        ? new TaskException(ErrorKind.Unimplemented, ErrorReason.UnsupportedField, exception.Message, exception)
        {
            Field = exception.Field,
        }
        : new TaskException(ErrorKind.InvalidArgument, ErrorReason.InvalidSpec, exception.Message, exception)
        {
            Field = exception.Field,
        };

    /// <summary>The child did not get on within its limit; it has been killed.</summary>
    public static TaskException TimedOut(string step, TimeSpan limit) => new(
        ErrorKind.DeadlineExceeded, ErrorReason.TimedOut,
        $"{step}: not done after {limit.TotalSeconds:0} s; the process was killed — is the host overloaded, or a path on "
        + "a filesystem that does not answer?")
    {
        Step = step,
    };

    /// <summary>The container's init died, and with it the pid namespace an exec would be born in.</summary>
    public static TaskException Stopped(Exception? inner = null) => new(
        ErrorKind.FailedPrecondition, ErrorReason.ProcessGone, "the container has stopped: its init process is gone",
        inner);

    private static bool IsProgramMissing(LaunchFailure failure) =>
        failure.Call is "execve" || (failure is { Call: "faccessat2" or "fcntl", Hint: not null }
            && failure.Errno is Errno.ENOENT or Errno.EACCES);

    private static ErrorKind Kind(LaunchFailure failure) => failure.Errno switch
    {
        Errno.None => ErrorKind.Aborted,
        Errno.ENOENT or Errno.ENOTDIR or Errno.EACCES or Errno.ENOEXEC or Errno.EINVAL or Errno.ELOOP or Errno.E2BIG =>
            ErrorKind.FailedPrecondition,
        var errno => Kind(errno),
    };

    private static ErrorKind Kind(Errno errno) => errno switch
    {
        Errno.EPERM or Errno.EACCES => ErrorKind.PermissionDenied,
        Errno.ENOMEM or Errno.ENOSPC or Errno.EMFILE or Errno.ENFILE or Errno.EAGAIN or Errno.EDQUOT =>
            ErrorKind.ResourceExhausted,
        Errno.EBUSY or Errno.ENOENT or Errno.EEXIST or Errno.ENOTDIR or Errno.ENODEV or Errno.EINVAL =>
            ErrorKind.FailedPrecondition,
        _ => ErrorKind.Internal,
    };
}
