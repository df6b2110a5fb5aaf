using System.Runtime.InteropServices;

namespace ShimService.Linux.Native;

/// <summary>Descriptors and files.</summary>
internal static unsafe partial class NativeFile
{
    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int fd);

    [LibraryImport("libc", EntryPoint = "openat", SetLastError = true)]
    public static partial int OpenAt(int directory, byte* path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(int fd, byte* buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(int fd, byte* buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "pwrite", SetLastError = true)]
    public static partial nint WriteAt(int fd, byte* buffer, nuint count, long offset);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    public static partial int Control(int fd, int command, nint argument);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    public static partial int Lock(int fd, int operation);

    [LibraryImport("libc", EntryPoint = "ftruncate", SetLastError = true)]
    public static partial int Truncate(int fd, long length);

    [LibraryImport("libc", EntryPoint = "memfd_create", SetLastError = true)]
    public static partial int CreateMemory(byte* name, uint flags);

    /// <summary>f_type of struct statfs: the file system's magic number. Errors: KernelException.</summary>
    public static long FilesystemType(int fd)
    {
        const int words = 16;
        var status = stackalloc long[words];
        // SAFETY: more room than the structure takes.
        Kernel.Check(StatusOfFilesystem(fd, status), "fstatfs");
        return status[0];
    }

    /// <summary>ST_RDONLY of the mount the descriptor was opened on. Errors: KernelException.</summary>
    public static bool IsOnReadOnlyMount(int fd)
    {
        // struct statfs of 64-bit machines: 120 bytes, f_flags after ten words.
        const int words = 16, flags = 10, readOnly = 1;
        var status = stackalloc long[words];
        // SAFETY: more room than the structure takes.
        Kernel.Check(StatusOfFilesystem(fd, status), "fstatfs");
        return (status[flags] & readOnly) != 0;
    }

    [LibraryImport("libc", EntryPoint = "fstatfs", SetLastError = true)]
    private static partial int StatusOfFilesystem(int fd, long* status);
}
