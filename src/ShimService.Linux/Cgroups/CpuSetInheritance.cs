using ShimService.Linux.Abi;
using ShimService.Linux.Errors;
using ShimService.Linux.Native;

namespace ShimService.Linux.Cgroups;

/// <summary>
/// A new v1 cpuset has no CPU and no memory node, and refuses processes until it has both: it takes its parent's.
/// Source: kernel Documentation/admin-guide/cgroup-v1/cpusets.rst §2.2.
/// </summary>
internal static class CpuSetInheritance
{
    public static void Apply(FileDescriptor parent, string child)
    {
        Copy(parent, child, "cpuset.cpus");
        Copy(parent, child, "cpuset.mems");
    }

    private static void Copy(FileDescriptor parent, string child, string file)
    {
        Span<byte> buffer = stackalloc byte[1024];
        using FileDescriptor? to = FileCalls.TryOpen(parent, $"{child}/{file}", OpenFlags.ReadWrite, out Errno errno)
            ?? throw new KernelException("openat", errno, $"{child}/{file}");

        // With cgroup.clone_children somewhere above, the kernel has copied already.
        if (FileCalls.ReadAt(to, buffer, 0, out _) > 1)
        {
            return;
        }

        using FileDescriptor? from = FileCalls.TryOpen(parent, file, OpenFlags.ReadOnly, out errno)
            ?? throw new KernelException("openat", errno, file);
        int length = FileCalls.ReadAt(from, buffer, 0, out errno);
        errno = errno == Errno.None ? FileCalls.Write(to, buffer[..Math.Max(0, length)]) : errno;
        if (errno != Errno.None)
        {
            throw new KernelException("write", errno, $"{child}/{file}", CgroupHint.ForWrite(file, errno));
        }
    }
}
