using ShimService.Tasks.Errors;
using ShimService.Tasks.Values;

namespace ShimService.Tasks.Supervision;

/// <summary>
/// The exit status of a process whose launch failed, as shells and Docker users know it: 127 the program is not
/// there, 126 it is there and cannot be run, 137 the launch was killed, 128 anything else.
/// Source: POSIX.1-2024 sh, EXIT STATUS; moby daemon/start_unix.go.
/// </summary>
internal static class FailedLaunch
{
    private const int Killed = 137;
    private const int NotFound = 127;
    private const int NotExecutable = 126;
    private const int Failed = 128;

    public static ProcessExit Exit(Exception? failure, DateTimeOffset at) => new(Status(failure), at, OomKilled: false);

    public static int Status(Exception? failure) => failure switch
    {
        OperationCanceledException => Killed,
        TaskException { Kind: ErrorKind.Aborted } => Killed,
        TaskException { Step: { } step, Errno: { } errno } when step.StartsWith("execve", StringComparison.Ordinal) =>
            errno switch
            {
                "ENOENT" or "ENOTDIR" => NotFound,
                "EACCES" or "EPERM" or "ENOEXEC" or "EISDIR" => NotExecutable,
                _ => Failed,
            },
        _ => Failed,
    };
}
