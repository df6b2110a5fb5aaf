using ShimService.Linux.Abi;
using ShimService.Linux.Errors;
using ShimService.Linux.Native;

namespace ShimService.Linux;

/// <summary>Mounts in the shim's own mount namespace, by path: the rootfs mounts a caller hands over.</summary>
public static unsafe class Mounts
{
    /// <summary>Errors: KernelException with the target.</summary>
    public static void Mount(string source, string target, string type, MountFlags flags, string data)
    {
        // SAFETY: every text is NUL-terminated and pinned for the call; the kernel copies at most a page of data.
        fixed (byte* from = NativeText.Encode(source), to = NativeText.Encode(target), kind = NativeText.Encode(type),
               options = NativeText.Encode(data))
        {
            Kernel.Check(NativeMounts.Mount(from, to, kind, (nuint)flags, data.Length == 0 ? null : options),
                "mount", target);
        }
    }

    /// <summary>Whether what is at the path is the root of a proc file system. Errors: KernelException.</summary>
    public static bool IsProcfs(string path)
    {
        const long procfs = 0x9FA0, root = 1;
        using var directory = Files.Open(path, OpenFlags.Path | OpenFlags.Directory);
        return NativeFile.FilesystemType(directory.Number) == procfs
            && StatCalls.TryRead(directory.Number, out var status) && status.Inode == root;
    }

    /// <summary>False when nothing is mounted there (any more). Errors: KernelException with the target.</summary>
    public static bool Unmount(string target, UnmountFlags flags)
    {
        // SAFETY: as above.
        fixed (byte* path = NativeText.Encode(target))
        {
            if (NativeMounts.Unmount(path, (int)flags) == 0)
            {
                return true;
            }
        }

        return Kernel.LastError is Errno.EINVAL or Errno.ENOENT
            ? false
            : throw new KernelException("umount2", Kernel.LastError, target);
    }
}
