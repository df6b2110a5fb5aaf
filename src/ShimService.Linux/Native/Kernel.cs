using System.Runtime.InteropServices;
using ShimService.Linux.Errors;

namespace ShimService.Linux.Native;

/// <summary>Turns the answers of calls declared with SetLastError into results and exceptions.</summary>
internal static class Kernel
{
    public static Errno LastError => (Errno)Marshal.GetLastPInvokeError();

    /// <summary>The result, or a <see cref="KernelException"/> when it is negative.</summary>
    public static int Check(int result, string call, string subject = "") =>
        result >= 0 ? result : throw new KernelException(call, LastError, subject);

    /// <inheritdoc cref="Check(int, string, string)"/>
    public static long Check(nint result, string call, string subject = "") =>
        result >= 0 ? result : throw new KernelException(call, LastError, subject);

    /// <summary>True when the call is to be made again: it was interrupted before it did anything.</summary>
    public static bool Interrupted(long result) => result < 0 && LastError == Errno.EINTR;
}
