using System.Runtime.InteropServices;

namespace ShimService.Linux.Native;

/// <summary>
/// pidfds by raw number, for libcs older than 2.36 that have no wrapper. The numbers are the same everywhere.
/// </summary>
internal static unsafe partial class NativePidfd
{
    public const nint SYS_pidfd_open = 434, SYS_pidfd_getfd = 438;

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    public static partial nint Call(nint number, nint first, nint second, nint third);
}
