using System.Runtime.InteropServices;

namespace ShimService.Linux.Native;

/// <summary>Looking at paths beneath a directory. openat2 has no wrapper in libc; its number is the same everywhere.</summary>
internal static unsafe partial class NativePaths
{
    public const nint Openat2Number = 437;
    public const int EmptyPath = 0x1000;
    public const uint BasicFacts = 0x7ff;

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    public static partial nint Call(nint number, nint directory, byte* path, long* how, nint howSize);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true)]
    public static partial int StatX(int directory, byte* path, int flags, uint mask, FileStatus* status);
}
