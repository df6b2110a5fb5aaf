using System.Security.Cryptography;
using ShimService.Tasks.Values;

namespace ShimService.Daemon.Verbs;

/// <summary>
/// Exec ids as callers give them: they become file names, so their alphabet is checked before anything.
/// </summary>
internal static class ExecIds
{
    private const int MadeUpBytes = 6;

    /// <summary>"" is the init process. Errors: TaskException InvalidArgument with the field exec_id.</summary>
    public static string Check(string execId)
    {
        if (execId.Length > 0)
        {
            ExecId.Parse(execId, "exec_id");
        }

        return execId;
    }

    public static string CheckOrMakeUp(string execId) => execId.Length > 0
        ? Check(execId)
        : Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(MadeUpBytes));
}
