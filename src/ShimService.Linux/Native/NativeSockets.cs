using System.Runtime.InteropServices;

namespace ShimService.Linux.Native;

/// <summary>Sockets: pairs of launches, passing a descriptor, netlink, reserved ports.</summary>
internal static unsafe partial class NativeSockets
{
    public const int Unix = 1, Stream = 1, SequencedPacket = 5, CloseOnExec = 0x80000, NonBlocking = 0x800;
    public const int DontWait = 0x40, NoSignal = 0x4000;

    /// <summary>MSG_CMSG_CLOEXEC: what is received is close-on-exec.</summary>
    public const int CloseOnExecReceived = 0x40000000;

    /// <summary>SOL_SOCKET and SCM_RIGHTS of a message that carries descriptors.</summary>
    public const int SocketLevel = 1, Rights = 1;

    /// <summary>Room for a path in struct sockaddr_un.</summary>
    public const int MaxPathBytes = 108;

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    public static partial int Create(int domain, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "setsockopt", SetLastError = true)]
    public static partial int SetOption(int fd, int level, int name, void* value, uint length);

    [LibraryImport("libc", EntryPoint = "bind", SetLastError = true)]
    public static partial int Bind(int fd, byte* address, uint length);

    [LibraryImport("libc", EntryPoint = "connect", SetLastError = true)]
    public static partial int Connect(int fd, byte* address, uint length);

    [LibraryImport("libc", EntryPoint = "listen", SetLastError = true)]
    public static partial int Listen(int fd, int backlog);

    [LibraryImport("libc", EntryPoint = "accept4", SetLastError = true)]
    public static partial int Accept(int fd, byte* address, uint* length, int flags);

    [LibraryImport("libc", EntryPoint = "sendmsg", SetLastError = true)]
    public static partial nint SendMessage(int fd, SocketMessage* message, int flags);

    [LibraryImport("libc", EntryPoint = "socketpair", SetLastError = true)]
    public static partial int Pair(int domain, int type, int protocol, int* pair);

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    public static partial nint Send(int fd, byte* buffer, nuint length, int flags);

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    public static partial nint Receive(int fd, byte* buffer, nuint length, int flags);

    [LibraryImport("libc", EntryPoint = "recvmsg", SetLastError = true)]
    public static partial nint ReceiveMessage(int fd, SocketMessage* message, int flags);
}
