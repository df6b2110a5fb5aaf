using ShimService.Linux.Errors;
using ShimService.Linux.Launch;
using ShimService.Tasks.Errors;

namespace ShimService.Engine.Runtimes;

/// <summary>What is said about a runtime that failed: its name and verb as the step, and its own words.</summary>
internal static class RuntimeErrors
{
    private const int SignalBase = 128;

    /// <param name="step">"runc create".</param>
    /// <param name="status">0 to 255, or 128 + the signal that killed it.</param>
    /// <param name="said">Its last error; may be empty.</param>
    public static TaskException Failed(string step, int status, string said) => new(
        ErrorKind.FailedPrecondition, ErrorReason.LaunchFailed,
        said.Length > 0 ? $"{step}: {said}"
            : status > SignalBase ? $"{step}: ended by signal {status - SignalBase} without a word"
            : $"{step}: exit status {status} without a word")
    {
        Step = step,
    };

    /// <summary>It did what it was asked for, by its own account.</summary>
    public static TaskException Untrue(string step, string what) => new(
        ErrorKind.Internal, ErrorReason.LaunchFailed, $"{step}: reports success, but {what}")
    {
        Step = step,
        Hint = "the runtime is not compatible with runc's command line",
    };

    public static TaskException TimedOut(string step, TimeSpan limit) => new(
        ErrorKind.DeadlineExceeded, ErrorReason.TimedOut,
        $"{step}: not done after {limit.TotalSeconds:0.###} s, killed with its children")
    {
        Step = step,
    };

    /// <summary>
    /// It could not be executed. A hint about programs of containers is not for it: this one is the host's.
    /// </summary>
    public static TaskException NotRun(string step, LaunchException exception)
    {
        var hint = exception.Failure.Errno switch
        {
            Errno.ENOENT => "the runtime, or the interpreter it names, is not on the host any more: put it back",
            Errno.EACCES => "the runtime may not be executed: give it back its permission",
            _ => exception.Failure.Hint,
        };
        return new TaskException(ErrorKind.FailedPrecondition, ErrorReason.HostLacks,
            $"{step}: {exception.Failure with { Hint = hint }}", exception)
        {
            Step = step,
            Errno = exception.Failure.Errno.ToString(),
            Hint = hint,
        };
    }

    public static TaskException NotRun(string step, KernelException exception) => new(
        ErrorKind.ResourceExhausted, ErrorReason.LaunchFailed, $"{step}: {exception.Message}", exception)
    {
        Step = step,
        Errno = exception.Errno.ToString(),
        Hint = exception.Hint,
    };

    /// <summary>The files of a call cannot be written.</summary>
    public static TaskException NoRoom(string step, Exception exception) => new(
        ErrorKind.ResourceExhausted, ErrorReason.LaunchFailed, $"{step}: {exception.Message}", exception)
    {
        Step = step,
    };
}
