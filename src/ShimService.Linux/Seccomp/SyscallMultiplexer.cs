namespace ShimService.Linux.Seccomp;

/// <summary>
/// 32-bit x86 has two ways into the socket and the System V IPC calls: a number of their own, and socketcall or ipc
/// with the call's number in the first argument. A filter must answer for both. The second way passes the arguments
/// in memory, where no filter sees them: conditions on the first one are lost there, as with libseccomp.
/// Source: include/uapi/linux/net.h, include/uapi/linux/ipc.h.
/// </summary>
internal static class SyscallMultiplexer
{
    private const uint SocketCall = 102;
    private const uint Ipc = 117;

    /// <summary>Null for a call that has one way only. Errors: none.</summary>
    public static (uint Number, uint First)? Find(string name) => name switch
    {
        "socket" => (SocketCall, 1),
        "bind" => (SocketCall, 2),
        "connect" => (SocketCall, 3),
        "listen" => (SocketCall, 4),
        "accept" => (SocketCall, 5),
        "getsockname" => (SocketCall, 6),
        "getpeername" => (SocketCall, 7),
        "socketpair" => (SocketCall, 8),
        "send" => (SocketCall, 9),
        "recv" => (SocketCall, 10),
        "sendto" => (SocketCall, 11),
        "recvfrom" => (SocketCall, 12),
        "shutdown" => (SocketCall, 13),
        "setsockopt" => (SocketCall, 14),
        "getsockopt" => (SocketCall, 15),
        "sendmsg" => (SocketCall, 16),
        "recvmsg" => (SocketCall, 17),
        "accept4" => (SocketCall, 18),
        "recvmmsg" => (SocketCall, 19),
        "sendmmsg" => (SocketCall, 20),
        "semop" => (Ipc, 1),
        "semget" => (Ipc, 2),
        "semctl" => (Ipc, 3),
        "semtimedop" => (Ipc, 4),
        "msgsnd" => (Ipc, 11),
        "msgrcv" => (Ipc, 12),
        "msgget" => (Ipc, 13),
        "msgctl" => (Ipc, 14),
        "shmat" => (Ipc, 21),
        "shmdt" => (Ipc, 22),
        "shmget" => (Ipc, 23),
        "shmctl" => (Ipc, 24),
        _ => null,
    };
}
