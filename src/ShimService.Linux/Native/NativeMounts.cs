using System.Runtime.InteropServices;
using ShimService.Linux.Abi;

namespace ShimService.Linux.Native;

/// <summary>Mounts in the shim's own mount namespace. What libc has no wrapper for has one number everywhere.</summary>
internal static unsafe partial class NativeMounts
{
    [LibraryImport("libc", EntryPoint = "mount", SetLastError = true)]
    public static partial int Mount(byte* source, byte* target, byte* type, nuint flags, byte* data);

    [LibraryImport("libc", EntryPoint = "umount2", SetLastError = true)]
    public static partial int Unmount(byte* target, int flags);

    /// <summary>open_tree of a path.</summary>
    public static int OpenTree(byte* path, int flags)
    {
        const nint number = 428, workingDirectory = -100;
        return (int)Call(number, workingDirectory, path, (nuint)flags, null, 0);
    }

    /// <summary>mount_setattr; <paramref name="attributes"/>: struct mount_attr, four words.</summary>
    public static int SetAttributes(int tree, int flags, ulong* attributes)
    {
        const nint number = 442;
        byte empty = 0;
        // SAFETY: an empty NUL-terminated path of this frame.
        return (int)Call(number, tree, &empty, (nuint)flags, attributes, 4 * sizeof(ulong));
    }

    /// <summary>move_mount of a tree to a path.</summary>
    public static int Attach(int tree, byte* target)
    {
        const nint number = 429, workingDirectory = -100;
        byte empty = 0;
        // SAFETY: an empty NUL-terminated path of this frame; the target is the caller's.
        return (int)Move(number, tree, &empty, workingDirectory, target, (nuint)MoveMountFlags.FromEmptyPath);
    }

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint Move(
        nint number, nint from, byte* fromPath, nint to, byte* toPath, nuint flags);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint Call(
        nint number, nint directory, byte* path, nuint flags, ulong* attributes, nuint attributesSize);
}
