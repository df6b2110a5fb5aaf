using ShimService.Linux.Abi;
using ShimService.Linux.Errors;
using ShimService.Linux.Native;

namespace ShimService.Linux.Paths;

/// <summary>
/// A directory taken as a root: no path, link or ".." in it leads out (openat2, RESOLVE_IN_ROOT | NO_MAGICLINKS,
/// Linux ≥ 5.6). Thread-safe until disposed.
/// </summary>
public sealed unsafe class RootedDirectory : IDisposable
{
    private const int HowWords = 3;

    private readonly FileDescriptor _root;

    private RootedDirectory(FileDescriptor root) => _root = root;

    /// <summary>Errors: KernelException with the path.</summary>
    public static RootedDirectory Open(string path) => new(Files.Open(path, OpenFlags.Path | OpenFlags.Directory));

    /// <summary>Takes a directory's descriptor over.</summary>
    public static RootedDirectory Of(FileDescriptor directory) => new(directory);

    /// <summary>Null when there is nothing, or nothing that can be looked at. Links are followed.</summary>
    public PathFacts? Look(string path)
    {
        using var found = TryOpen(path, OpenFlags.Path, out _);
        if (found is null)
        {
            return null;
        }

        return StatCalls.TryRead(found.Number, out var status)
            ? new PathFacts((Stdio.FileKind)(status.Mode & 0xF000), status.Mode & 0xFFFu)
            {
                Major = status.DeviceMajor,
                Minor = status.DeviceMinor,
            }
            : null;
    }

    /// <summary>Whether a symbolic link is on the way to a path, or at its end.</summary>
    public bool MeetsLink(string path)
    {
        using var found = TryOpen(path, OpenFlags.Path, ResolveFlags.InRoot | ResolveFlags.NoSymlinks, out var errno);
        return found is null && errno == Errno.ELOOP;
    }

    /// <summary>Where a symbolic link leads; null for what is none. Links on the way to it are followed.</summary>
    public string? ReadLink(string path)
    {
        using var found = TryOpen(path, OpenFlags.Path | OpenFlags.NoFollow, out _);
        if (found is null)
        {
            return null;
        }

        const int longest = 4096;
        var buffer = stackalloc byte[longest];
        byte empty = 0;

        // SAFETY: the kernel writes at most the length given, and reads an empty path of this frame.
        var length = NativePaths.ReadLink(found.Number, &empty, buffer, longest);
        return length > 0 ? System.Text.Encoding.UTF8.GetString(buffer, (int)length) : null;
    }

    /// <summary>
    /// The beginning of a regular file, at most <paramref name="most"/> bytes; null when there is none. Never blocks on
    /// what is no regular file.
    /// </summary>
    public byte[]? ReadRegular(string path, int most)
    {
        if (Look(path) is not { Kind: Stdio.FileKind.Regular })
        {
            return null;
        }

        const OpenFlags flags = OpenFlags.ReadOnly | OpenFlags.NonBlocking | OpenFlags.NoControllingTerminal;
        using var file = TryOpen(path, flags, out _);
        if (file is null)
        {
            return null;
        }

        var buffer = new byte[Math.Min(most, 4096)];
        var length = 0;
        while (true)
        {
            var count = Files.Read(file, buffer.AsSpan(length), path);
            length += count;
            if (count == 0 || length == most)
            {
                return buffer[..length];
            }

            if (length == buffer.Length)
            {
                Array.Resize(ref buffer, Math.Min(most, buffer.Length * 4));
            }
        }
    }

    public void Dispose() => _root.Dispose();

    /// <summary>Null when it cannot be opened, and why.</summary>
    public FileDescriptor? Open(string path, OpenFlags flags, out Errno errno) => TryOpen(path, flags, out errno);

    private FileDescriptor? TryOpen(string path, OpenFlags flags, out Errno errno) =>
        TryOpen(path, flags, ResolveFlags.InRoot | ResolveFlags.NoMagicLinks, out errno);

    private FileDescriptor? TryOpen(string path, OpenFlags flags, ResolveFlags resolve, out Errno errno)
    {
        // struct open_how { u64 flags, mode, resolve; }
        var how = stackalloc long[HowWords];
        how[0] = (uint)NativeOpenFlags.Translate(flags | OpenFlags.CloseOnExec);
        how[1] = 0;
        how[2] = (long)resolve;

        // SAFETY: the encoded path is NUL-terminated and pinned for the call; the structure has the size given.
        fixed (byte* text = NativeText.Encode(path))
        {
            while (true)
            {
                var fd = NativePaths.Call(
                    NativePaths.Openat2Number, _root.Number, text, how, HowWords * sizeof(long));
                errno = fd >= 0 ? Errno.None : Kernel.LastError;
                if (fd >= 0)
                {
                    return new FileDescriptor((int)fd);
                }

                // EAGAIN: a rename somewhere made the walk unsafe; man 2 openat2 says to try again.
                if (errno is not (Errno.EINTR or Errno.EAGAIN))
                {
                    return null;
                }
            }
        }
    }
}
