using System.Runtime.InteropServices;

namespace ShimService.Linux.Native;

/// <summary>Moving bytes between open files.</summary>
internal static unsafe partial class NativeStream
{
    public const int F_GETFL = 3, F_SETFL = 4;
    public const int F_DUPFD_CLOEXEC = 1030, F_SETPIPE_SZ = 1031;
    public const int O_NONBLOCK = 0x800, O_CLOEXEC = 0x80000;
    public const uint SPLICE_F_MOVE = 1, SPLICE_F_NONBLOCK = 2;
    public const nuint FIONREAD = 0x541B;
    public const short POLLIN = 0x1, POLLOUT = 0x4, POLLERR = 0x8, POLLHUP = 0x10;

    [LibraryImport("libc", EntryPoint = "splice", SetLastError = true)]
    public static partial nint Splice(int from, long* fromOffset, int to, long* toOffset, nuint length, uint flags);

    [LibraryImport("libc", EntryPoint = "pipe2", SetLastError = true)]
    public static partial int CreatePipe(int* ends, int flags);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    public static partial int Poll(PollEntry* entries, nuint count, int timeoutMilliseconds);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    public static partial int CountControl(int fd, nuint request, int* count);

    [LibraryImport("libc", EntryPoint = "fchown", SetLastError = true)]
    public static partial int ChangeOwner(int fd, uint uid, uint gid);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true)]
    public static partial int Statx(int directory, byte* path, int flags, uint mask, FileStatus* result);
}
