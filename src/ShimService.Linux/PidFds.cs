using ShimService.Linux.Errors;
using ShimService.Linux.Launch;
using ShimService.Linux.Native;

namespace ShimService.Linux;

/// <summary>
/// Processes by pidfd: the identity that is never recycled. Source: man 2 pidfd_send_signal, Linux ≥ 5.1.
/// </summary>
public static class PidFds
{
    /// <summary>
    /// A descriptor of whichever process has this number now; null when none has. Who comes from a record compares the
    /// start time after the opening. Errors: KernelException.
    /// </summary>
    public static FileDescriptor? Open(int pid) => ProcessCalls.TryOpenProcess(pid, out var errno) is { } opened
        ? opened
        : errno is Errno.ESRCH or Errno.EINVAL ? null : throw new KernelException("pidfd_open", errno, $"pid {pid}");

    /// <summary>
    /// Signals exactly this process. False when it has been reaped, and its owner may have closed the descriptor then.
    /// Errors: KernelException.
    /// </summary>
    public static bool Signal(FileDescriptor process, int signal)
    {
        var held = false;
        try
        {
            // The number of one that is closed meanwhile may be another process's.
            process.DangerousAddRef(ref held);
            if (NativeSignals.Send(SystemCalls.Number(SystemCall.PidfdSendSignal), process.Number, signal) == 0)
            {
                return true;
            }

            return Kernel.LastError == Errno.ESRCH
                ? false
                : throw new KernelException("pidfd_send_signal", Kernel.LastError, $"signal {signal}");
        }
        catch (ObjectDisposedException)
        {
            return false;
        }
        finally
        {
            if (held)
            {
                process.DangerousRelease();
            }
        }
    }

    /// <summary>
    /// Kills everything in the process group that this process leads, whether it lives itself or not. False when nobody
    /// is left. Before Linux 6.9 the group goes by number, which is safe only until the leader is reaped: then false.
    /// Errors: KernelException.
    /// </summary>
    public static bool KillGroup(FileDescriptor leader, int pid)
    {
        const int kill = 9;
        if (NativeSignals.SendToGroup(SystemCalls.Number(SystemCall.PidfdSendSignal), leader.Number, kill) == 0)
        {
            return true;
        }

        if (Kernel.LastError == Errno.EINVAL)
        {
            return Signal(leader, 0)
                && NativeSignals.SendByNumber(SystemCalls.Number(SystemCall.Kill), -pid, kill) == 0;
        }

        return Kernel.LastError == Errno.ESRCH
            ? false
            : throw new KernelException("pidfd_send_signal", Kernel.LastError, $"process group {pid}");
    }
}
