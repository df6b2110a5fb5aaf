using System.Runtime.InteropServices;

namespace ShimService.Cli.Descriptors;

/// <summary>
/// read and write on the descriptors we were started with. FileStream would not do: on a file it keeps a position of
/// its own (pread, pwrite), so that two streams on one file, or our caller's next program, write over each other.
/// </summary>
internal static unsafe partial class DescriptorNative
{
    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(int descriptor, byte* buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(int descriptor, byte* buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    public static partial int Poll(PollRequest* requests, nuint count, int milliseconds);

    /// <summary>The number of pidfd_open on every architecture: glibc has a wrapper from 2.36 on only.</summary>
    public const nint PidfdOpen = 434;

    /// <summary>MSG_NOSIGNAL.</summary>
    public const int NoSignal = 0x4000;

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    public static partial nint SystemCall(nint number, nint first, nint second);

    [LibraryImport("libc", EntryPoint = "sendmsg", SetLastError = true)]
    public static partial nint SendMessage(int socket, SocketMessage* message, int flags);

    /// <summary>MSG_CMSG_CLOEXEC.</summary>
    public const int CloseOnExec = 0x40000000;

    [LibraryImport("libc", EntryPoint = "recvmsg", SetLastError = true)]
    public static partial nint ReceiveMessage(int socket, SocketMessage* message, int flags);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int descriptor);
}
