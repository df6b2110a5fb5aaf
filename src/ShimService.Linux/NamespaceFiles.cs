using ShimService.Linux.Abi;
using ShimService.Linux.Errors;
using ShimService.Linux.Native;

namespace ShimService.Linux;

/// <summary>What namespace files tell of themselves. Source: man 2 ioctl_nsfs.</summary>
public static class NamespaceFiles
{
    /// <summary>
    /// Whether a namespace belongs to a user namespace: its root has power over it. False for what is neither.
    /// </summary>
    public static bool IsOwnedBy(string path, string userNamespace)
    {
        try
        {
            using var file = Files.Open(path, OpenFlags.ReadOnly | OpenFlags.NonBlocking);
            using var user = Files.Open(userNamespace, OpenFlags.ReadOnly | OpenFlags.NonBlocking);
            using var owner = NativeNamespaces.OpenOwner(file.Number);
            return owner is not null && StatCalls.TryRead(owner.Number, out var first)
                && StatCalls.TryRead(user.Number, out var second) && first.Inode == second.Inode;
        }
        catch (KernelException)
        {
            return false;
        }
    }

    /// <summary>Whether two paths name one namespace. False when either cannot be looked at.</summary>
    public static bool IsSame(string one, string other) =>
        StatCalls.TryRead(one, out var first) && StatCalls.TryRead(other, out var second)
        && first.Inode == second.Inode
        && first.FileSystemMajor == second.FileSystemMajor && first.FileSystemMinor == second.FileSystemMinor;
}
