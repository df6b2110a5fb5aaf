using ShimService.Linux.Errors;
using ShimService.Linux.Native;

namespace ShimService.Linux;

/// <summary>
/// The children of this process, and the orphans it is the subreaper of. Looking at an exit and collecting it are two
/// calls: until the second one the pid cannot be given to another process. Source: man 2 waitid.
/// </summary>
public static unsafe class Children
{
    /// <summary>
    /// Blocks until any child has ended, and leaves it to be collected. null = there are no children.
    /// </summary>
    public static ChildExit? WaitForAny() => Wait(NativeWaiting.All, 0, NativeWaiting.Exited | NativeWaiting.NoWait);

    /// <summary>Collects a child that has ended; null when it has not, or is not ours.</summary>
    public static ChildExit? Collect(int pid) =>
        Wait(NativeWaiting.ByPid, pid, NativeWaiting.Exited | NativeWaiting.NoHang);

    /// <summary>
    /// A child, or an orphan that is ours, which nobody has collected yet; it may have ended.
    /// </summary>
    public static bool Has(int pid)
    {
        // SAFETY: waitid fills in at most the 128 bytes, which are not looked at.
        var info = stackalloc byte[NativeWaiting.InfoSize];
        int result;
        do
        {
            result = NativeWaiting.Wait(
                NativeWaiting.ByPid, pid, info, NativeWaiting.Exited | NativeWaiting.NoHang | NativeWaiting.NoWait);
        }
        while (Kernel.Interrupted(result));

        return result == 0;
    }

    /// <summary>Blocks until this child has ended, and collects it.</summary>
    public static ChildExit? WaitAndCollect(FileDescriptor pidFd) =>
        Wait(NativeWaiting.ByPidFd, pidFd.Number, NativeWaiting.Exited);

    private static ChildExit? Wait(int kind, int id, int options)
    {
        var info = stackalloc byte[NativeWaiting.InfoSize];
        int result;
        do
        {
            // The kernel leaves the structure alone when nothing has ended (WNOHANG).
            *(int*)(info + NativeWaiting.PidOffset) = 0;
            result = NativeWaiting.Wait(kind, id, info, options);
        }
        while (Kernel.Interrupted(result));

        if (result < 0 && Kernel.LastError == Errno.ECHILD)
        {
            return null;
        }

        Kernel.Check(result, "waitid");
        // SAFETY: offsets inside the 128 bytes the kernel filled in; compared with the C headers by a test.
        var pid = *(int*)(info + NativeWaiting.PidOffset);
        var status = *(int*)(info + NativeWaiting.StatusOffset);
        var exited = *(int*)(info + NativeWaiting.CodeOffset) == NativeWaiting.CodeExited;
        return pid == 0 ? null : new ChildExit(pid, exited ? status : 128 + status);
    }
}
