using System.Text;
using ShimService.Linux.Abi;
using ShimService.Linux.Errors;
using ShimService.Linux.Native;

namespace ShimService.Linux.Cgroups;

/// <summary>
/// One container's directory in one hierarchy, reached through the shared descriptor of its parent: a container holds
/// no descriptor of its own here. Any thread.
/// </summary>
public sealed class CgroupDirectory
{
    // sys/file.h: LOCK_EX | LOCK_NB.
    private const int ExclusiveNonBlocking = 2 | 4;

    private readonly FileDescriptor _parent;
    private readonly string _leaf;
    private FileDescriptor? _claim;

    internal CgroupDirectory(CgroupHierarchy hierarchy, FileDescriptor parent, CgroupPath path, bool made)
    {
        Hierarchy = hierarchy;
        _parent = parent;
        _leaf = path.Leaf;
        FullPath = hierarchy.MountPoint + path.Value;
        WasMade = made;
    }

    public CgroupHierarchy Hierarchy { get; }

    /// <summary>For messages.</summary>
    public string FullPath { get; }

    /// <summary>False for an empty cgroup that was there already: used, but not removed.</summary>
    public bool WasMade { get; }

    /// <summary>Whether this is version 2.</summary>
    internal bool IsUnified => Hierarchy.Version == CgroupVersion.V2;

    /// <summary>Writes a value whole. ENOENT: the kernel has no such file here.</summary>
    public Errno TryWrite(string file, ReadOnlySpan<byte> value)
    {
        using FileDescriptor? handle = OpenFile(file, OpenFlags.WriteOnly, out Errno errno);
        return handle is null ? errno : FileCalls.Write(handle, value);
    }

    /// <summary>
    /// Writes values one after another to a file opened once. <paramref name="written"/>: how many were taken; the next
    /// one is what was refused.
    /// </summary>
    public Errno TryWriteEach(string file, ReadOnlySpan<string> values, out int written)
    {
        written = 0;
        using FileDescriptor? handle = OpenFile(file, OpenFlags.WriteOnly, out Errno errno);
        Span<byte> bytes = stackalloc byte[128];
        while (handle is not null && written < values.Length)
        {
            int length = Encoding.ASCII.GetBytes(values[written], bytes);
            errno = FileCalls.Write(handle, bytes[..length]);
            if (errno != Errno.None)
            {
                break;
            }

            written++;
        }

        return errno;
    }

    /// <summary>Writes a value whole. Errors: <see cref="KernelException"/> that names file and value.</summary>
    public void Write(string file, string value)
    {
        Errno errno = TryWrite(file, Encoding.ASCII.GetBytes(value));
        if (errno != Errno.None)
        {
            throw new KernelException("write", errno, $"{FullPath}/{file} = {value}", CgroupHint.ForWrite(file, errno));
        }
    }

    /// <summary>
    /// The file's text, of at most the buffer's length; empty where the file is absent or unreadable.
    /// </summary>
    public ReadOnlySpan<byte> Read(string file, Span<byte> buffer, out Errno errno)
    {
        using FileDescriptor? handle = OpenFile(file, OpenFlags.ReadOnly, out errno);
        int filled = 0;
        while (handle is not null && filled < buffer.Length)
        {
            int read = FileCalls.ReadAt(handle, buffer[filled..], filled, out errno);
            if (read <= 0)
            {
                break;
            }

            filled += read;
        }

        return buffer[..filled];
    }

    /// <summary>The file's text without the last line break; null where it is absent or unreadable.</summary>
    public string? ReadText(string file)
    {
        Span<byte> buffer = stackalloc byte[4096];
        ReadOnlySpan<byte> text = Read(file, buffer, out Errno errno);
        return errno == Errno.None ? Encoding.UTF8.GetString(text).TrimEnd('\n') : null;
    }

    /// <summary>Opens a file of this cgroup; null when refused.</summary>
    internal FileDescriptor? OpenFile(string file, OpenFlags flags, out Errno errno) =>
        FileCalls.TryOpen(_parent, $"{_leaf}/{file}", flags, out errno);

    /// <summary>Opens the directory itself, for CLONE_INTO_CGROUP and for listing.</summary>
    internal FileDescriptor? OpenSelf(OpenFlags flags, out Errno errno) =>
        FileCalls.TryOpen(_parent, _leaf, flags | OpenFlags.Directory, out errno);

    /// <summary>
    /// Keeps everybody else who claims it away, other processes included (flock), until <see cref="ReleaseClaim"/>.
    /// False when somebody has it, or it is gone.
    /// </summary>
    internal bool TryClaim()
    {
        FileDescriptor? self = OpenSelf(OpenFlags.ReadOnly, out _);
        if (self is null || NativeFile.Lock(self.Number, ExclusiveNonBlocking) < 0)
        {
            self?.Dispose();
            return false;
        }

        _claim = self;
        return true;
    }

    internal void ReleaseClaim()
    {
        _claim?.Dispose();
        _claim = null;
    }

    /// <summary>None when it is gone, also when it was gone before.</summary>
    internal Errno TryRemove()
    {
        Errno errno = FileCalls.RemoveDirectory(_parent, _leaf);
        return errno is Errno.ENOENT or Errno.ENODEV ? Errno.None : errno;
    }
}
