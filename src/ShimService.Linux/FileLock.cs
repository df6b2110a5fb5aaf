using System.Globalization;
using ShimService.Linux.Abi;
using ShimService.Linux.Errors;
using ShimService.Linux.Native;

namespace ShimService.Linux;

/// <summary>
/// A lock between processes on a file of its own, which is there only while somebody holds or wants it.
/// Source: man 2 flock.
/// </summary>
public sealed class FileLock : IDisposable
{
    private const int Exclusive = 2;
    private const int NonBlocking = 4;
    private const int OwnerOnly = 0x180;

    private readonly string _path;
    private readonly FileDescriptor _file;

    private FileLock(string path, FileDescriptor file)
    {
        _path = path;
        _file = file;
    }

    /// <summary>Waits until the lock is ours. Errors: KernelException with the path.</summary>
    public static FileLock Acquire(string path) => Acquire(path, Exclusive)!;

    /// <summary>Null when somebody else has it. Errors: KernelException with the path.</summary>
    public static FileLock? TryAcquire(string path) => Acquire(path, Exclusive | NonBlocking);

    private static FileLock? Acquire(string path, int operation)
    {
        while (true)
        {
            var file = Files.Open(path, OpenFlags.ReadWrite | OpenFlags.Create | OpenFlags.NoFollow, OwnerOnly);
            while (NativeFile.Lock(file.Number, operation) < 0)
            {
                if (Kernel.LastError != Errno.EINTR)
                {
                    var errno = Kernel.LastError;
                    file.Dispose();
                    return errno == Errno.EAGAIN ? null : throw new KernelException("flock", errno, path);
                }
            }

            // Its last holder removes the file: what we have locked may not be the one at the path any more.
            if (IsAt(file, path))
            {
                return new FileLock(path, file);
            }

            file.Dispose();
        }
    }

    /// <summary>Removes the file, then lets go.</summary>
    public void Dispose()
    {
        File.Delete(_path);
        _file.Dispose();
    }

    private static bool IsAt(FileDescriptor file, string path) =>
        StatCalls.TryRead(string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{file.Number}"), out var held)
        && StatCalls.TryRead(path, out var there)
        && held.Inode == there.Inode
        && held.FileSystemMajor == there.FileSystemMajor
        && held.FileSystemMinor == there.FileSystemMinor;
}
