using System.Runtime.InteropServices;

namespace ShimService.Linux.Native;

/// <summary>What copying a tree needs beside opening, reading and writing. Nothing here follows a link.</summary>
internal static unsafe partial class TreeCalls
{
    public const int SymlinkNoFollow = 0x100;
    public const int EmptyPath = 0x1000;

    [LibraryImport("libc", EntryPoint = "fchownat", SetLastError = true)]
    public static partial int ChangeOwner(int directory, byte* path, uint uid, uint gid, int flags);

    [LibraryImport("libc", EntryPoint = "fchmod", SetLastError = true)]
    public static partial int ChangeMode(int fd, uint mode);

    [LibraryImport("libc", EntryPoint = "fchmodat", SetLastError = true)]
    public static partial int ChangeMode(int directory, byte* path, uint mode, int flags);

    [LibraryImport("libc", EntryPoint = "mknodat", SetLastError = true)]
    public static partial int MakeNode(int directory, byte* path, uint mode, ulong device);

    [LibraryImport("libc", EntryPoint = "symlinkat", SetLastError = true)]
    public static partial int MakeLink(byte* target, int directory, byte* path);

    [LibraryImport("libc", EntryPoint = "readlinkat", SetLastError = true)]
    public static partial nint ReadLink(int directory, byte* path, byte* buffer, nuint size);

    [LibraryImport("libc", EntryPoint = "linkat", SetLastError = true)]
    public static partial int Link(int oldDirectory, byte* oldPath, int newDirectory, byte* newPath, int flags);

    /// <summary><paramref name="times"/>: two struct timespec of two words, access and modification.</summary>
    [LibraryImport("libc", EntryPoint = "utimensat", SetLastError = true)]
    public static partial int SetTimes(int directory, byte* path, long* times, int flags);

    /// <summary>The same of a descriptor.</summary>
    [LibraryImport("libc", EntryPoint = "futimens", SetLastError = true)]
    public static partial int SetTimes(int fd, long* times);

    [LibraryImport("libc", EntryPoint = "flistxattr", SetLastError = true)]
    public static partial nint ListAttributes(int fd, byte* list, nuint size);

    [LibraryImport("libc", EntryPoint = "fgetxattr", SetLastError = true)]
    public static partial nint GetAttribute(int fd, byte* name, byte* value, nuint size);

    [LibraryImport("libc", EntryPoint = "fsetxattr", SetLastError = true)]
    public static partial int SetAttribute(int fd, byte* name, byte* value, nuint size, int flags);

    /// <summary>Of the calling thread, for what it makes. Answers the one before, and never fails.</summary>
    [LibraryImport("libc", EntryPoint = "setfsuid", SetLastError = true)]
    public static partial int SetFileUser(uint uid);

    /// <inheritdoc cref="SetFileUser"/>
    [LibraryImport("libc", EntryPoint = "setfsgid", SetLastError = true)]
    public static partial int SetFileGroup(uint gid);
}
