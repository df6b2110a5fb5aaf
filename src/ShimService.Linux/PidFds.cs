using ShimService.Linux.Errors;
using ShimService.Linux.Launch;
using ShimService.Linux.Native;

namespace ShimService.Linux;

/// <summary>Processes by pidfd: the identity that is never recycled. Source: man 2 pidfd_send_signal, Linux ≥ 5.1.</summary>
public static class PidFds
{
    /// <summary>
    /// A descriptor of whichever process has this number now; null when none has. Who comes from a record compares the
    /// start time after the opening. Errors: KernelException.
    /// </summary>
    public static FileDescriptor? Open(int pid) => ProcessCalls.TryOpenProcess(pid, out var errno) is { } opened
        ? opened
        : errno is Errno.ESRCH or Errno.EINVAL ? null : throw new KernelException("pidfd_open", errno, $"pid {pid}");

    /// <summary>Signals exactly this process. False when it has been reaped. Errors: KernelException.</summary>
    public static bool Signal(FileDescriptor process, int signal)
    {
        if (NativeSignals.Send(SystemCalls.Number(SystemCall.PidfdSendSignal), process.Number, signal) == 0)
        {
            return true;
        }

        return Kernel.LastError == Errno.ESRCH
            ? false
            : throw new KernelException("pidfd_send_signal", Kernel.LastError, $"signal {signal}");
    }
}
