using System.Runtime.InteropServices;

namespace ShimService.Linux.Native;

/// <summary>Unix sockets, as far as passing a descriptor needs them.</summary>
internal static unsafe partial class NativeUnixSocket
{
    public const int AF_UNIX = 1, SOCK_STREAM = 1, SOCK_NONBLOCK = 0x800, SOCK_CLOEXEC = 0x80000;
    public const int SOL_SOCKET = 1, SCM_RIGHTS = 1;

    /// <summary>Room for a path in struct sockaddr_un; Linux takes one that fills it without a NUL.</summary>
    public const int MaxPathBytes = 108;

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    public static partial int Create(int family, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "connect", SetLastError = true)]
    public static partial int Connect(int fd, byte* address, uint length);

    [LibraryImport("libc", EntryPoint = "sendmsg", SetLastError = true)]
    public static partial nint SendMessage(int fd, SocketMessage* message, int flags);
}
