using System.Runtime.InteropServices;

namespace ShimService.Linux.Native;

/// <summary>Mounts by path, in the shim's own mount namespace.</summary>
internal static unsafe partial class NativeMounts
{
    [LibraryImport("libc", EntryPoint = "mount", SetLastError = true)]
    public static partial int Mount(byte* source, byte* target, byte* type, nuint flags, byte* data);

    [LibraryImport("libc", EntryPoint = "umount2", SetLastError = true)]
    public static partial int Unmount(byte* target, int flags);
}
