using System.Text;
using ShimService.Linux.Abi;
using ShimService.Linux.Errors;
using ShimService.Linux.Native;

namespace ShimService.Linux;

/// <summary>
/// Small whole files of the kernel (/proc, cgroupfs, sysfs) and plain opens. Interrupted calls are repeated.
/// </summary>
public static unsafe class Files
{
    private const int FdCwd = -100;

    /// <summary>Opens a path, always close-on-exec. Errors: KernelException with the path.</summary>
    public static FileDescriptor Open(string path, OpenFlags flags, int mode = 0) => OpenAt(FdCwd, path, flags, mode);

    /// <summary>Opens below a directory, always close-on-exec. Errors: KernelException with the path.</summary>
    public static FileDescriptor Open(FileDescriptor directory, string path, OpenFlags flags, int mode = 0) =>
        OpenAt(directory.Number, path, flags, mode);

    /// <summary>Writes all of <paramref name="text"/> in one call, as the kernel's files want it.</summary>
    public static void Write(string path, string text)
    {
        using var file = Open(path, OpenFlags.WriteOnly);
        Write(file, Encoding.UTF8.GetBytes(text), path);
    }

    /// <summary>Reads a small file whole, at most 1 MiB. Errors: KernelException with the path.</summary>
    public static string ReadText(string path) => Encoding.UTF8.GetString(ReadBytes(path, 1 << 20));

    /// <summary>
    /// Reads a file whole. Errors: KernelException with the path, EFBIG for one that is larger than
    /// <paramref name="largest"/> bytes. A named pipe that nobody writes is an empty file.
    /// </summary>
    public static ReadOnlySpan<byte> ReadBytes(string path, int largest)
    {
        using var file = Open(path, OpenFlags.ReadOnly | OpenFlags.NonBlocking | OpenFlags.NoControllingTerminal);
        var buffer = new byte[4096];
        var length = 0;
        while (true)
        {
            var count = Read(file, buffer.AsSpan(length), path);
            if (count == 0)
            {
                return buffer.AsSpan(0, length);
            }

            length += count;
            if (length == buffer.Length)
            {
                if (length >= largest)
                {
                    throw new KernelException("read", Errno.EFBIG, path);
                }

                Array.Resize(ref buffer, buffer.Length * 4);
            }
        }
    }

    /// <summary>One read; 0 at the end. Errors: KernelException.</summary>
    public static int Read(FileDescriptor file, Span<byte> buffer, string subject = "")
    {
        // SAFETY: the span is pinned for the call and its length given with it.
        fixed (byte* start = buffer)
        {
            nint count;
            do
            {
                count = NativeFile.Read(file.Number, start, (nuint)buffer.Length);
            }
            while (Kernel.Interrupted(count));

            return (int)Kernel.Check(count, "read", subject);
        }
    }

    /// <summary>Writes everything. Errors: KernelException.</summary>
    public static void Write(FileDescriptor file, ReadOnlySpan<byte> data, string subject = "")
    {
        // SAFETY: the span is pinned for the calls, which stay inside its length.
        fixed (byte* start = data)
        {
            for (var written = 0; written < data.Length;)
            {
                var count = NativeFile.Write(file.Number, start + written, (nuint)(data.Length - written));
                if (Kernel.Interrupted(count))
                {
                    continue;
                }

                written += (int)Kernel.Check(count, "write", subject);
            }
        }
    }

    private static FileDescriptor OpenAt(int directory, string path, OpenFlags flags, int mode)
    {
        var bytes = NativeText.Encode(path);
        // SAFETY: the encoded path is NUL-terminated and pinned for the call.
        fixed (byte* text = bytes)
        {
            int fd;
            do
            {
                fd = NativeFile.OpenAt(
                    directory, text, NativeOpenFlags.Translate(flags | OpenFlags.CloseOnExec), (uint)mode);
            }
            while (Kernel.Interrupted(fd));

            return new FileDescriptor(Kernel.Check(fd, "openat", path));
        }
    }
}
