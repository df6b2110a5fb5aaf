using System.Text;
using ShimService.Linux.Abi;
using ShimService.Linux.Errors;
using ShimService.Linux.Native;

namespace ShimService.Linux.Cgroups;

/// <summary>
/// Version 2 only: switches controllers on for children, from the root down, through cgroup.subtree_control.
/// Source: kernel Documentation/admin-guide/cgroup-v2.rst, "Enabling and Disabling".
/// </summary>
internal static class CgroupDelegation
{
    private static readonly CgroupControllers[] All =
    [
        CgroupControllers.Cpu, CgroupControllers.CpuSet, CgroupControllers.Memory, CgroupControllers.BlockIo,
        CgroupControllers.Pids, CgroupControllers.HugePages, CgroupControllers.Rdma, CgroupControllers.Misc,
    ];

    /// <summary>
    /// On every level from the root to <paramref name="parent"/> itself. What a level does not have cannot be switched
    /// on there; the write of a limit that needs it says so later, with the file's name.
    /// </summary>
    public static void Enable(FileDescriptor root, string parent, CgroupControllers needed)
    {
        EnableLevel(root, ".", needed);
        for (int slash = parent.IndexOf('/', 1); parent != "/"; slash = parent.IndexOf('/', slash + 1))
        {
            EnableLevel(root, slash < 0 ? parent[1..] : parent[1..slash], needed);
            if (slash < 0)
            {
                break;
            }
        }
    }

    private static void EnableLevel(FileDescriptor root, string level, CgroupControllers needed)
    {
        CgroupControllers wanted =
            needed & Read(root, $"{level}/cgroup.controllers") & ~Read(root, $"{level}/cgroup.subtree_control");
        if (wanted == CgroupControllers.None)
        {
            return;
        }

        StringBuilder text = new();
        foreach (CgroupControllers controller in All)
        {
            if ((wanted & controller) != 0)
            {
                text.Append('+').Append(CgroupControllerNames.Unified(controller)).Append(' ');
            }
        }

        string value = text.ToString().TrimEnd();
        string file = $"{level}/cgroup.subtree_control";
        using FileDescriptor? handle = FileCalls.TryOpen(root, file, OpenFlags.WriteOnly, out Errno errno);
        errno = handle is null ? errno : FileCalls.Write(handle, Encoding.ASCII.GetBytes(value));
        if (errno != Errno.None)
        {
            throw new KernelException("write", errno, $"{file} = {value}", errno == Errno.EBUSY
                ? "that cgroup holds processes itself; move them to a child of it, or give linux.cgroupsPath elsewhere"
                : CgroupHint.ForWrite("cgroup.subtree_control", errno));
        }
    }

    private static CgroupControllers Read(FileDescriptor root, string file)
    {
        Span<byte> buffer = stackalloc byte[512];
        using FileDescriptor? handle = FileCalls.TryOpen(root, file, OpenFlags.ReadOnly, out _);
        int length = handle is null ? 0 : FileCalls.ReadAt(handle, buffer, 0, out _);
        return length <= 0
            ? CgroupControllers.None
            : CgroupControllerNames.ParseList(Encoding.ASCII.GetString(buffer[..length]), ' ');
    }
}
