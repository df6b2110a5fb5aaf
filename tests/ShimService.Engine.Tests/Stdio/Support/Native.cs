using System.ComponentModel;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using ShimService.Linux;

namespace ShimService.Engine.Tests.Stdio.Support;

/// <summary>The few calls that only tests make: the container's and the client's side of a stream.</summary>
internal static unsafe partial class Native
{
    private const nuint TIOCSPTLCK = 0x40045431, TIOCGPTPEER = 0x5441;

    public static void MakeFifo(string path) => Check(mkfifo(Encoding.UTF8.GetBytes(path + '\0'), 0x180));

    public static void SetBlocking(FileDescriptor descriptor) => Check(fcntl(descriptor.Number, 4, 0));

    /// <summary>A tmpfs of its own that is mounted nowhere: what is opened below it is all there is.</summary>
    public static FileDescriptor MountTmpfs(string size)
    {
        const int FsOpen = 430, FsConfig = 431, FsMount = 432, SetString = 1, CreateFilesystem = 6;
        fixed (byte* type = "tmpfs\0"u8, key = "size\0"u8, value = Encoding.ASCII.GetBytes(size + '\0'))
        {
            var context = Check((int)syscall(FsOpen, (nint)type, 1, 0, 0, 0));
            Check((int)syscall(FsConfig, context, SetString, (nint)key, (nint)value, 0));
            Check((int)syscall(FsConfig, context, CreateFilesystem, 0, 0, 0));
            var mount = Check((int)syscall(FsMount, context, 1, 0, 0, 0));
            new FileDescriptor(context).Dispose();
            return new FileDescriptor(mount);
        }
    }

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

    /// <summary>One descriptor and the text beside it, as a console socket's listener receives them.</summary>
    public static FileDescriptor ReceiveDescriptor(Socket socket, out string text)
    {
        var control = stackalloc byte[64];
        var payload = stackalloc byte[4096];
        nint* segment = stackalloc nint[2] { (nint)payload, 4096 };
        nint* message = stackalloc nint[7] { 0, 0, (nint)segment, 1, (nint)control, 64, 0 };
        var length = Check((int)recvmsg((int)socket.Handle, message, 0x40000000));
        text = Encoding.UTF8.GetString(payload, length);
        Assert.Equal((nuint)20, *(nuint*)control);
        return new FileDescriptor(*(int*)(control + 16));
    }

    private static int Check(int result) => result >= 0 ? result : throw new Win32Exception();

    [LibraryImport("libc", SetLastError = true)]
    private static partial int mkfifo(byte[] path, uint mode);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint syscall(nint number, nint a, nint b, nint c, nint d, nint e);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint recvmsg(int fd, nint* message, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fcntl(int fd, int command, nint argument);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int ioctl(int fd, nuint request, nint argument);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int tcgetattr(int fd, byte* settings);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int tcsetattr(int fd, int actions, byte* settings);

    [LibraryImport("libc")]
    private static partial void cfmakeraw(byte* settings);
}
