using System.Runtime.InteropServices;
using ShimService.Linux.Abi;
using ShimService.Linux.Errors;

namespace ShimService.Linux.Native;

/// <summary>
/// Files relative to a directory descriptor. Every call here is repeated on EINTR; a refusal is an answer
/// (<see cref="Errno"/>), so that the caller decides what it expected. Source: man 2 openat, mkdirat, unlinkat, pread.
/// </summary>
internal static partial class FileCalls
{
    private const int AT_REMOVEDIR = 0x200;

    /// <summary>Null when refused. <paramref name="directory"/> null = the path is absolute.</summary>
    public static FileDescriptor? TryOpen(FileDescriptor? directory, string path, OpenFlags flags, out Errno errno)
    {
        using Borrowed at = new(directory);
        while (true)
        {
            int descriptor = OpenAt(at.Number, path, NativeOpenFlags.Translate(flags | OpenFlags.CloseOnExec), 0);
            if (descriptor >= 0)
            {
                errno = Errno.None;
                return new FileDescriptor(descriptor);
            }

            errno = (Errno)Marshal.GetLastPInvokeError();
            if (errno != Errno.EINTR)
            {
                return null;
            }
        }
    }

    public static Errno MakeDirectory(FileDescriptor directory, string name, uint mode)
    {
        using Borrowed at = new(directory);
        int result;
        Errno errno;
        do
        {
            result = MkdirAt(at.Number, name, mode);
            errno = result == 0 ? Errno.None : (Errno)Marshal.GetLastPInvokeError();
        }
        while (errno == Errno.EINTR);
        return errno;
    }

    public static Errno RemoveDirectory(FileDescriptor directory, string name)
    {
        using Borrowed at = new(directory);
        Errno errno;
        do
        {
            int result = UnlinkAt(at.Number, name, AT_REMOVEDIR);
            errno = result == 0 ? Errno.None : (Errno)Marshal.GetLastPInvokeError();
        }
        while (errno == Errno.EINTR);
        return errno;
    }

    /// <summary>One write of all the bytes: kernel files take a value whole or not at all.</summary>
    public static unsafe Errno Write(FileDescriptor file, ReadOnlySpan<byte> bytes)
    {
        using Borrowed descriptor = new(file);

        // SAFETY: the span is pinned for the length of the call, and the kernel reads no further than its length.
        fixed (byte* start = bytes)
        {
            while (true)
            {
                if (WriteBytes(descriptor.Number, start, (nuint)bytes.Length) >= 0)
                {
                    return Errno.None;
                }

                Errno errno = (Errno)Marshal.GetLastPInvokeError();
                if (errno != Errno.EINTR)
                {
                    return errno;
                }
            }
        }
    }

    /// <summary>Bytes read; −1 when refused.</summary>
    public static unsafe int ReadAt(FileDescriptor file, Span<byte> buffer, long offset, out Errno errno)
    {
        using Borrowed descriptor = new(file);

        // SAFETY: the span is pinned for the length of the call, and the kernel writes no further than its length.
        fixed (byte* start = buffer)
        {
            while (true)
            {
                nint read = PRead(descriptor.Number, start, (nuint)buffer.Length, offset);
                errno = read >= 0 ? Errno.None : (Errno)Marshal.GetLastPInvokeError();
                if (errno != Errno.EINTR)
                {
                    return (int)read;
                }
            }
        }
    }

    /// <summary>Directory entries in the layout of struct linux_dirent64; bytes filled in, 0 at the end.</summary>
    public static unsafe int ReadEntries(FileDescriptor directory, Span<byte> buffer, out Errno errno)
    {
        using Borrowed descriptor = new(directory);

        // SAFETY: the span is pinned for the length of the call, and the kernel writes no further than its length.
        fixed (byte* start = buffer)
        {
            nint read = GetDents64(descriptor.Number, start, (nuint)buffer.Length);
            errno = read >= 0 ? Errno.None : (Errno)Marshal.GetLastPInvokeError();
            return (int)read;
        }
    }

    [LibraryImport("libc", EntryPoint = "openat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenAt(int directory, string path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "mkdirat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MkdirAt(int directory, string path, uint mode);

    [LibraryImport("libc", EntryPoint = "unlinkat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int UnlinkAt(int directory, string path, int flags);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static unsafe partial nint WriteBytes(int descriptor, byte* bytes, nuint count);

    [LibraryImport("libc", EntryPoint = "pread64", SetLastError = true)]
    private static unsafe partial nint PRead(int descriptor, byte* buffer, nuint count, long offset);

    [LibraryImport("libc", EntryPoint = "getdents64", SetLastError = true)]
    private static unsafe partial nint GetDents64(int descriptor, byte* buffer, nuint count);
}
