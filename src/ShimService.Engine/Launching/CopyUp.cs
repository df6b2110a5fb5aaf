using ShimService.Linux.Copying;
using ShimService.Linux.Errors;
using ShimService.Linux.Launch;
using ShimService.Linux.Stdio;

namespace ShimService.Engine.Launching;

/// <summary>A tmpfs that gets what it is about to hide.</summary>
/// <param name="Path">Where it will be mounted.</param>
/// <param name="Hidden">Number in the child of the directory.</param>
/// <param name="Tmpfs">Number in the child of the mount.</param>
public sealed record CopyUp(string Path, int Hidden, int Tmpfs)
{
    /// <summary>Copies, while the child waits. Errors: KernelException with the name of the file.</summary>
    internal void Run(LaunchedProcess process)
    {
        using var hidden = OtherProcess.FetchDescriptor(process.Runner, Hidden);
        using var tmpfs = OtherProcess.FetchDescriptor(process.Runner, Tmpfs);
        try
        {
            TreeCopy.CopyInto(hidden, tmpfs);
        }
        catch (KernelException full) when (full.Errno == Errno.ENOSPC)
        {
            throw new KernelException(full.Call, full.Errno, full.Subject,
                "the tmpfs is too small for what it hides; raise its size, or leave tmpcopyup out");
        }
    }
}
