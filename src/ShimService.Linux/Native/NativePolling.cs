using System.Runtime.InteropServices;

namespace ShimService.Linux.Native;

/// <summary>epoll and eventfd.</summary>
internal static unsafe partial class NativePolling
{
    public const int CloseOnExec = 0x80000, NonBlocking = 0x800;
    public const int Add = 1, Delete = 2, Modify = 3;
    public const uint Readable = 0x1, Noticed = 0x2, Writable = 0x4, OneShot = 1u << 30, EdgeTriggered = 1u << 31;

    /// <summary>
    /// struct epoll_event is packed on x86_64 only: 12 bytes there, 16 elsewhere. Source: linux/eventpoll.h.
    /// </summary>
    public static int EventSize => RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;

    public static int DataOffset => EventSize - 8;

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    public static partial int Create(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    public static partial int Control(int epoll, int operation, int fd, byte* data);

    [LibraryImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    public static partial int Wait(int epoll, byte* events, int capacity, int timeout);

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    public static partial int CreateEvent(uint value, int flags);
}
