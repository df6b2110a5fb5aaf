using System.Runtime.InteropServices;

namespace ShimService.Linux.Native;

/// <summary>Loop devices. Numbers: linux/loop.h.</summary>
internal static unsafe partial class LoopCalls
{
    public const nuint GetFree = 0x4C82, Configure = 0x4C0A;
    public const uint ReadOnly = 1, AutoClear = 4;

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    public static partial int Control(int fd, nuint request, LoopConfiguration* configuration);
}
