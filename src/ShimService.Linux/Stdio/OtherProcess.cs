using ShimService.Linux.Native;

namespace ShimService.Linux.Stdio;

/// <summary>
/// Descriptors of another process. Source: man 2 pidfd_getfd, Linux ≥ 5.6; needs ptrace rights over the process.
/// </summary>
public static class OtherProcess
{
    /// <summary>A handle of the process, as long as it has not been reaped. Errors: KernelException (ESRCH).</summary>
    public static FileDescriptor Open(int pid) => new((int)Kernel.Check(
        NativePidfd.Call(NativePidfd.SYS_pidfd_open, pid, 0, 0), "pidfd_open", $"pid {pid}"));

    /// <summary>
    /// A duplicate of one of its descriptors: the same open file, close-on-exec on our side.
    /// Errors: KernelException (EBADF no such descriptor, ESRCH gone, EPERM).
    /// </summary>
    public static FileDescriptor FetchDescriptor(FileDescriptor process, int number) => new((int)Kernel.Check(
        NativePidfd.Call(
            NativePidfd.SYS_pidfd_getfd, process.Number, number, 0), "pidfd_getfd", $"descriptor {number}"));
}
