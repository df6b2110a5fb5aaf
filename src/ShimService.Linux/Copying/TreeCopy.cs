using ShimService.Linux.Abi;
using ShimService.Linux.Errors;
using ShimService.Linux.Native;
using ShimService.Linux.Stdio;

namespace ShimService.Linux.Copying;

/// <summary>
/// Copies what is in a directory into another one, with owners, modes, extended attributes, modification times,
/// devices, links and hard links as they are; the directory itself becomes like its original too. Everything goes by
/// descriptors, no link is followed. Sockets are left out: nobody could listen on a copy.
/// </summary>
public sealed class TreeCopy
{
    private const OpenFlags DirectoryFlags = OpenFlags.ReadOnly | OpenFlags.Directory | OpenFlags.NoFollow;
    private const int BufferSize = 128 << 10;
    private const int DeepestLevel = 256;

    private readonly Dictionary<(uint, uint, ulong), string> _seen = [];
    private readonly byte[] _buffer = new byte[BufferSize];
    private readonly FileDescriptor _target;
    private readonly (uint Uid, uint Gid)? _maker;

    private TreeCopy(FileDescriptor target, (uint Uid, uint Gid)? maker = null)
    {
        _target = target;
        _maker = maker;
    }

    /// <summary>Errors: KernelException with the path below the directory.</summary>
    public static void Copy(FileDescriptor source, FileDescriptor target)
    {
        var copy = new TreeCopy(target);
        copy.CopyEntries(source, target, "", 0);
        CopyMetadata(source, target, "");
    }

    /// <summary>
    /// What is in a directory, into the root of a file system that may belong to a user namespace: what its root may
    /// not give away stays its root's. The target gets the owner of the source, and keeps its mode. Errors: as Copy.
    /// </summary>
    public static void CopyInto(FileDescriptor source, FileDescriptor target)
    {
        if (!StatCalls.TryRead(target.Number, out var root) || !StatCalls.TryRead(source.Number, out var status))
        {
            throw new KernelException("statx", Kernel.LastError, "");
        }

        var copy = new TreeCopy(target, (root.Uid, root.Gid));
        copy.CopyEntries(source, target, "", 0);
        TreeNodes.GiveOwner(target, status, "");
    }

    /// <summary>Owner, mode, attributes and time alone. Errors: KernelException.</summary>
    public static void CopyAttributes(FileDescriptor source, FileDescriptor target) => CopyMetadata(source, target, "");

    /// <summary>Whether a directory has no entries; once for a descriptor.</summary>
    public static bool IsEmpty(FileDescriptor directory) => DirectoryEntries.Read(directory).Count == 0;

    private void CopyEntries(FileDescriptor source, FileDescriptor target, string path, int depth)
    {
        if (depth > DeepestLevel)
        {
            throw new KernelException("copy", Errno.ELOOP, path);
        }

        foreach (var name in DirectoryEntries.Read(source))
        {
            CopyEntry(source, target, name, path.Length == 0 ? name : $"{path}/{name}", depth);
        }
    }

    private void CopyEntry(FileDescriptor source, FileDescriptor target, string name, string path, int depth)
    {
        using var entry = Files.Open(source, name, OpenFlags.Path | OpenFlags.NoFollow);
        if (!StatCalls.TryRead(entry.Number, out var status))
        {
            throw new KernelException("statx", Kernel.LastError, path);
        }

        var kind = (FileKind)(status.Mode & 0xF000);
        if (kind != FileKind.Directory && status.Links > 1 && TryLink(status, target, name, path))
        {
            return;
        }

        switch (kind)
        {
            case FileKind.Directory:
                CopyDirectory(source, target, name, path, depth);
                break;
            case FileKind.Regular:
                CopyFile(source, target, name, path);
                break;
            case FileKind.SymbolicLink:
                using (FileMaker.As(_maker))
                {
                    TreeNodes.CopyLink(source, target, name, path);
                }

                TreeNodes.SetOwnerAndTime(target, name, status, path, _maker is not null);
                break;
            case FileKind.Fifo or FileKind.CharacterDevice or FileKind.BlockDevice:
                using (FileMaker.As(_maker))
                {
                    TreeNodes.MakeNode(target, name, status, path);
                }

                TreeNodes.SetOwnerAndTime(target, name, status, path, _maker is not null);
                TreeNodes.SetMode(target, name, status.Mode & 0xFFFu, path);
                break;
            default:
                break;
        }
    }

    private bool TryLink(in FileStatus status, FileDescriptor target, string name, string path)
    {
        var identity = (status.FileSystemMajor, status.FileSystemMinor, status.Inode);
        if (!_seen.TryGetValue(identity, out var first))
        {
            _seen[identity] = path;
            return false;
        }

        TreeNodes.HardLink(_target, first, target, name, path);
        return true;
    }

    private void CopyDirectory(FileDescriptor source, FileDescriptor target, string name, string path, int depth)
    {
        const uint ownerOnly = 0x1C0;
        Errno errno;
        using (FileMaker.As(_maker))
        {
            errno = FileCalls.MakeDirectory(target, name, ownerOnly);
        }

        if (errno != Errno.None)
        {
            throw new KernelException("mkdirat", errno, path);
        }

        using var from = Files.Open(source, name, DirectoryFlags);
        using var to = Files.Open(target, name, DirectoryFlags);
        CopyEntries(from, to, path, depth + 1);
        CopyMetadata(from, to, path, _maker is not null);
    }

    private void CopyFile(FileDescriptor source, FileDescriptor target, string name, string path)
    {
        const int ownerOnly = 0x180;
        using var from = Files.Open(source, name, OpenFlags.ReadOnly | OpenFlags.NoFollow | OpenFlags.NonBlocking);
        using var to = MakeFile(target, name, ownerOnly);
        for (int count; (count = Files.Read(from, _buffer, path)) > 0;)
        {
            Files.Write(to, _buffer.AsSpan(0, count), path);
        }

        CopyMetadata(from, to, path, _maker is not null);
    }

    private FileDescriptor MakeFile(FileDescriptor target, string name, int mode)
    {
        using (FileMaker.As(_maker))
        {
            return Files.Open(target, name,
                OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Exclusive | OpenFlags.NoFollow, mode);
        }
    }

    // The owner before the mode, which a change of owner would take set-id bits from; the time last.
    private static void CopyMetadata(FileDescriptor from, FileDescriptor to, string path, bool mayKeepOwner = false)
    {
        if (!StatCalls.TryRead(from.Number, out var status))
        {
            throw new KernelException("statx", Kernel.LastError, path);
        }

        if (mayKeepOwner)
        {
            TreeNodes.GiveOwner(to, status, path);
        }
        else
        {
            TreeNodes.SetOwner(to, status, path);
        }

        ExtendedAttributes.Copy(from, to, path);
        TreeNodes.SetMode(to, status.Mode & 0xFFFu, path);
        TreeNodes.SetTime(to, status, path);
    }
}
