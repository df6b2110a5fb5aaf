using System.Text;
using ShimService.Engine.Compile.Sections;
using ShimService.Linux;
using ShimService.Linux.Abi;
using ShimService.Linux.Errors;
using ShimService.Linux.Launch;

namespace ShimService.Engine.Launching;

/// <summary>What the parent of a new user namespace writes for its child, which may not do it itself.</summary>
internal static class IdMaps
{
    /// <summary>Errors: KernelException.</summary>
    public static void Write(LaunchedProcess process, InitPlan init)
    {
        using var directory = Files.Open($"/proc/{process.Pid}", OpenFlags.Path | OpenFlags.Directory);
        if (!process.Kill(0))
        {
            // The directory may be another process's with the same number.
            throw new KernelException("pidfd_send_signal", Errno.ESRCH, "the child of the user namespace");
        }

        Write(directory, "uid_map", init.UidMap);
        Write(directory, "gid_map", init.GidMap);
        Write(directory, "oom_score_adj",
            init.OomScoreAdjust?.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Write(directory, "timens_offsets", init.TimeOffsets, TimeSection.Hint);
    }

    private static void Write(FileDescriptor directory, string name, string? content, string? hint = null)
    {
        if (content is null)
        {
            return;
        }

        using var file = Files.Open(directory, name, OpenFlags.WriteOnly);
        try
        {
            Files.Write(file, Encoding.ASCII.GetBytes(content), name);
        }
        catch (KernelException refused) when (hint is not null)
        {
            throw new KernelException(refused.Call, refused.Errno, name, hint);
        }
    }
}
