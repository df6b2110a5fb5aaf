using ShimService.Rpc;

namespace ShimService.Cli;

/// <summary>
/// Exit statuses that are not the container's: as Docker's client has them, so that scripts can tell apart.
/// Runc-style verbs fail with 1, and exec with 255, as runc's do.
/// </summary>
internal static class ExitStatus
{
    /// <summary>We failed, or the daemon did; the container's program did not run.</summary>
    public const int Ours = 125;

    public const int NotExecutable = 126;
    public const int NotFound = 127;
    public const int RuncStyle = 1;

    /// <summary>exec --root failed itself: runc's exec keeps 1 for the program's own status.</summary>
    public const int RuncStyleExec = 255;

    /// <summary>The status of a verb that failed with --root.</summary>
    public static int OfRuncStyle(string verb) => verb == "exec" ? RuncStyleExec : RuncStyle;

    /// <summary>What a failed launch means: program not there, program not executable, or anything else.</summary>
    public static int Of(RpcException error)
    {
        LaunchFailure? failure = LaunchFailure.Of(error);
        return failure is { AtProgram: true }
            ? failure.Errno switch
            {
                "ENOENT" or "ENOTDIR" or "ELOOP" or "ENAMETOOLONG" => NotFound,
                "EACCES" or "EPERM" or "ENOEXEC" or "EISDIR" or "ETXTBSY" or "ELIBBAD" => NotExecutable,
                _ => Ours,
            }
            : Ours;
    }
}
