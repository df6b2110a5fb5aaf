using System.Runtime.InteropServices;

namespace ShimService.Cli.Terminal;

/// <summary>What libc knows about terminals. Source: man 3 termios, man 2 ioctl_tty.</summary>
internal static unsafe partial class TerminalNative
{
    /// <summary>Room for a struct termios of any libc; it is only handed back, never looked into.</summary>
    public const int TermiosBytes = 256;

    public const int ApplyAfterOutput = 1; // TCSADRAIN
    public const nuint GetWindowSize = 0x5413; // TIOCGWINSZ
    public const nuint SetWindowSize = 0x5414; // TIOCSWINSZ

    [LibraryImport("libc", EntryPoint = "isatty")]
    public static partial int IsTerminal(int descriptor);

    [LibraryImport("libc", EntryPoint = "tcgetattr", SetLastError = true)]
    public static partial int GetAttributes(int descriptor, byte* termios);

    [LibraryImport("libc", EntryPoint = "tcsetattr", SetLastError = true)]
    public static partial int SetAttributes(int descriptor, int when, byte* termios);

    [LibraryImport("libc", EntryPoint = "cfmakeraw")]
    public static partial void MakeRaw(byte* termios);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    public static partial int WindowSize(int descriptor, nuint request, ushort* rowsColumnsPixels);
}
