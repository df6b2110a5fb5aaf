using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;
using ShimService.Linux;

namespace ShimService.Engine.Tests.Stdio.Support;

/// <summary>The few calls that only tests make: the container's and the client's side of a stream.</summary>
internal static unsafe partial class Native
{
    private const nuint TIOCSPTLCK = 0x40045431, TIOCGPTPEER = 0x5441;

    public static void MakeFifo(string path) => Check(mkfifo(Encoding.UTF8.GetBytes(path + '\0'), 0x180));

    /// <summary>The slave of a pty master, opened without a path.</summary>
    public static FileDescriptor OpenSlave(FileDescriptor master)
    {
        var unlocked = 0;
        Check(ioctl(master.Number, TIOCSPTLCK, (nint)(&unlocked)));
        return new FileDescriptor(Check(ioctl(master.Number, TIOCGPTPEER, 2 | 0x100 | 0x80000)));
    }

    /// <summary>Turns off every translation of a terminal, as `stty raw -echo` does.</summary>
    public static void MakeRaw(FileDescriptor terminal)
    {
        var settings = stackalloc byte[64];
        Check(tcgetattr(terminal.Number, settings));
        cfmakeraw(settings);
        Check(tcsetattr(terminal.Number, 0, settings));
    }

    private static int Check(int result) => result >= 0 ? result : throw new Win32Exception();

    [LibraryImport("libc", SetLastError = true)]
    private static partial int mkfifo(byte[] path, uint mode);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int ioctl(int fd, nuint request, nint argument);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int tcgetattr(int fd, byte* settings);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int tcsetattr(int fd, int actions, byte* settings);

    [LibraryImport("libc")]
    private static partial void cfmakeraw(byte* settings);
}
