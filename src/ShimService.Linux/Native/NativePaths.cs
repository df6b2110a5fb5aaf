using System.Runtime.InteropServices;

namespace ShimService.Linux.Native;

/// <summary>Looking at paths beneath a directory. openat2 has no wrapper in libc; its number is the same everywhere.</summary>
internal static unsafe partial class NativePaths
{
    public const nint Openat2Number = 437;

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    public static partial nint Call(nint number, nint directory, byte* path, long* how, nint howSize);
}
