using System.Runtime.InteropServices;

namespace ShimService.Linux.Native;

/// <summary>Settings of the whole process.</summary>
internal static partial class NativeProcess
{
    [LibraryImport("libc", EntryPoint = "prctl", SetLastError = true)]
    public static partial int Control(int option, nint a2, nint a3, nint a4, nint a5);

    [LibraryImport("libc", EntryPoint = "getppid", SetLastError = true)]
    public static partial int ParentId();
}
