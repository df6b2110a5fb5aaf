using System.Runtime.InteropServices;
using ShimService.Linux.Errors;

namespace ShimService.Linux.Native;

/// <summary>Signals by process descriptor. Source: man 2 pidfd_open (Linux ≥ 5.3), pidfd_send_signal (≥ 5.1).</summary>
internal static partial class ProcessCalls
{
    // The same numbers on every architecture: they are from after the tables were unified.
    private const long NR_pidfd_send_signal = 424;
    private const long NR_pidfd_open = 434;

    public static FileDescriptor? TryOpenProcess(int pid, out Errno errno)
    {
        long descriptor = Syscall(NR_pidfd_open, pid, 0, 0, 0);
        errno = descriptor >= 0 ? Errno.None : (Errno)Marshal.GetLastPInvokeError();
        return descriptor >= 0 ? new FileDescriptor((int)descriptor) : null;
    }

    public static Errno SendSignal(FileDescriptor process, int signal)
    {
        using Borrowed descriptor = new(process);
        long result = Syscall(NR_pidfd_send_signal, descriptor.Number, signal, 0, 0);
        return result == 0 ? Errno.None : (Errno)Marshal.GetLastPInvokeError();
    }

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial long Syscall(long number, long a0, long a1, long a2, long a3);
}
