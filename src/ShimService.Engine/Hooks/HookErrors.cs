using ShimService.Linux.Errors;
using ShimService.Linux.Launch;
using ShimService.Tasks.Errors;

namespace ShimService.Engine.Hooks;

/// <summary>What is said about a hook that failed: kind, place, path, and what the hook itself wrote.</summary>
internal static class HookErrors
{
    private const string WayOut = "run it by hand with the container's state as JSON on its standard input";

    /// <param name="point">The hook.</param>
    /// <param name="status">0 to 255, or 128 + the signal that killed it.</param>
    /// <param name="said">The end of its stderr; may be empty.</param>
    public static TaskException Failed(HookPoint point, int status, string said) => new(
        ErrorKind.FailedPrecondition, ErrorReason.LaunchFailed,
        $"{point}: exit status {status}{Quote(said)}")
    {
        Step = point.Name,
        Hint = WayOut,
    };

    public static TaskException TimedOut(HookPoint point, TimeSpan limit, string said) => new(
        ErrorKind.DeadlineExceeded, ErrorReason.TimedOut,
        $"{point}: not done after {limit.TotalSeconds:0.###} s, killed with its children{Quote(said)}")
    {
        Step = point.Name,
        Hint = "a hook that needs longer says so in its \"timeout\"",
    };

    /// <summary>It could not be executed.</summary>
    public static TaskException NotRun(HookPoint point, LaunchException exception)
    {
        var failure = exception.Failure;
        var killed = failure.Errno == Errno.None;
        return new TaskException(
            killed ? ErrorKind.Aborted : ErrorKind.FailedPrecondition,
            killed ? ErrorReason.ProcessGone : ErrorReason.LaunchFailed,
            $"{point}: {exception.Message}", exception)
        {
            Step = point.Name,
            Errno = killed ? null : failure.Errno.ToString(),
            Hint = failure.Hint,
        };
    }

    public static TaskException NotRun(HookPoint point, KernelException exception) => new(
        ErrorKind.ResourceExhausted, ErrorReason.LaunchFailed,
        $"{point}: {exception.Message}", exception)
    {
        Step = point.Name,
        Errno = exception.Errno.ToString(),
        Hint = exception.Hint,
    };

    private static string Quote(string said) => said.Length == 0 ? ", nothing on stderr" : $", stderr: {said}";
}
