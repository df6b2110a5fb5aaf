using System.Runtime.InteropServices;

namespace ShimService.Linux.Native;

/// <summary>
/// Looking at paths beneath a directory. openat2 has no wrapper in libc; its number is the same everywhere.
/// </summary>
internal static unsafe partial class NativePaths
{
    public const nint Openat2Number = 437;

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    public static partial nint Call(nint number, nint directory, byte* path, long* how, nint howSize);

    /// <summary>With an empty path: of the link that the descriptor was opened on without following it.</summary>
    [LibraryImport("libc", EntryPoint = "readlinkat", SetLastError = true)]
    public static partial nint ReadLink(int directory, byte* path, byte* buffer, nuint length);
}
