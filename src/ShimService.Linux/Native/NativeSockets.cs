using System.Runtime.InteropServices;

namespace ShimService.Linux.Native;

/// <summary>Socket pairs of launches, and epoll over them.</summary>
internal static unsafe partial class NativeSockets
{
    public const int Unix = 1, SequencedPacket = 5, CloseOnExec = 0x80000;
    public const int DontWait = 0x40, NoSignal = 0x4000;

    [LibraryImport("libc", EntryPoint = "socketpair", SetLastError = true)]
    public static partial int Pair(int domain, int type, int protocol, int* pair);

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    public static partial nint Send(int fd, byte* buffer, nuint length, int flags);

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    public static partial nint Receive(int fd, byte* buffer, nuint length, int flags);
}
