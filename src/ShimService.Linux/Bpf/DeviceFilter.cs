using ShimService.Linux.Abi;
using ShimService.Linux.Cgroups;
using ShimService.Linux.Errors;
using ShimService.Linux.Native;

namespace ShimService.Linux.Bpf;

/// <summary>Puts a device program on a v2 cgroup. The cgroup holds it from then on, until the directory goes.</summary>
public static class DeviceFilter
{
    /// <summary>
    /// Replaces the program attached before, if there is one, in a single step: no access is decided by neither.
    /// Errors:
    /// <see cref="KernelException"/>.
    /// </summary>
    public static void Attach(DeviceProgram program, Cgroup cgroup)
    {
        CgroupDirectory directory = cgroup.Unified
            ?? throw new KernelException("bpf", Errno.EOPNOTSUPP, cgroup.Path.Value, "not a cgroup of version 2");
        Attach(program, directory);
    }

    internal static void Attach(DeviceProgram program, CgroupDirectory directory)
    {
        using FileDescriptor target = directory.OpenSelf(OpenFlags.ReadOnly, out Errno errno)
            ?? throw new KernelException("openat", errno, directory.FullPath);
        using FileDescriptor loaded = BpfCalls.Load(program.Bytes, program.Length, out errno)
            ?? throw new KernelException("bpf", errno, $"BPF_PROG_LOAD for {directory.FullPath}", Hint(errno));
        using FileDescriptor? old = BpfCalls.FindAttached(target);
        errno = BpfCalls.Attach(target, loaded, old);
        if (errno != Errno.None)
        {
            throw new KernelException("bpf", errno, $"BPF_PROG_ATTACH to {directory.FullPath}", Hint(errno));
        }
    }

    private static string? Hint(Errno errno) => errno switch
    {
        Errno.EPERM or Errno.EACCES => "device rules on cgroup v2 need CAP_BPF or CAP_SYS_ADMIN, and CAP_NET_ADMIN",
        Errno.EINVAL or Errno.ENOSYS => "the kernel lacks CONFIG_CGROUP_BPF",
        _ => null,
    };
}
