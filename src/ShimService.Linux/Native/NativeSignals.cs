using System.Runtime.InteropServices;

namespace ShimService.Linux.Native;

/// <summary>
/// Signal masks and signals by pidfd. Raw calls: libc's wrappers leave two of its own signals unblocked.
/// </summary>
internal static unsafe partial class NativeSignals
{
    public const int SetMask = 2;

    /// <summary>The kernel's sigset_t: 64 bits.</summary>
    public const nuint MaskSize = 8;

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint SystemCall(nint number, nint a0, nint a1, nint a2, nint a3);

    /// <summary>rt_sigprocmask(SIG_SETMASK) of the calling thread.</summary>
    public static int SetThreadMask(int number, ulong* mask, ulong* old) =>
        (int)SystemCall(number, SetMask, (nint)mask, (nint)old, (nint)MaskSize);

    /// <summary>pidfd_send_signal without siginfo and flags.</summary>
    public static int Send(int number, int pidfd, int signal) => (int)SystemCall(number, pidfd, signal, 0, 0);

    /// <summary>pidfd_send_signal with PIDFD_SIGNAL_PROCESS_GROUP. Linux ≥ 6.9, EINVAL before.</summary>
    public static int SendToGroup(int number, int pidfd, int signal) =>
        (int)SystemCall(number, pidfd, signal, 0, 1 << 2);

    /// <summary>kill: of a negative number, the process group.</summary>
    public static int SendByNumber(int number, int pid, int signal) => (int)SystemCall(number, pid, signal, 0, 0);
}
