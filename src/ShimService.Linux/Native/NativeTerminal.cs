using System.Runtime.InteropServices;

namespace ShimService.Linux.Native;

/// <summary>Terminals. Numbers: asm-generic/ioctls.h.</summary>
internal static unsafe partial class NativeTerminal
{
    public const nuint TIOCGWINSZ = 0x5413, TIOCSWINSZ = 0x5414;

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    public static partial int WindowSizeControl(int fd, nuint request, WindowSize* size);
}
