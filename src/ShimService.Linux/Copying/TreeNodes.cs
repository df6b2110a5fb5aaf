using ShimService.Linux.Errors;
using ShimService.Linux.Native;

namespace ShimService.Linux.Copying;

/// <summary>One entry of a tree: made, linked, and given its owner, mode and time. Errors: KernelException.</summary>
internal static unsafe class TreeNodes
{
    private const int LongestLink = 4096;

    public static void CopyLink(FileDescriptor source, FileDescriptor target, string name, string path)
    {
        var content = new byte[LongestLink + 1];

        // SAFETY: both texts are NUL-terminated: a link holds at most LongestLink bytes, and the array is zeroed.
        fixed (byte* at = NativeText.Encode(name), text = content)
        {
            Kernel.Check(TreeCalls.ReadLink(source.Number, at, text, LongestLink), "readlinkat", path);
            Kernel.Check(TreeCalls.MakeLink(text, target.Number, at), "symlinkat", path);
        }
    }

    public static void MakeNode(FileDescriptor target, string name, in FileStatus status, string path)
    {
        // SAFETY: NUL-terminated and pinned for the call.
        fixed (byte* at = NativeText.Encode(name))
        {
            Kernel.Check(TreeCalls.MakeNode(target.Number, at, status.Mode, DeviceNumber(status)), "mknodat", path);
        }
    }

    public static void HardLink(FileDescriptor root, string first, FileDescriptor target, string name, string path)
    {
        // SAFETY: NUL-terminated and pinned for the call.
        fixed (byte* old = NativeText.Encode(first), at = NativeText.Encode(name))
        {
            Kernel.Check(TreeCalls.Link(root.Number, old, target.Number, at, 0), "linkat", path);
        }
    }

    public static void SetOwnerAndTime(
        FileDescriptor directory, string name, in FileStatus status, string path, bool mayKeepOwner = false)
    {
        var times = stackalloc long[4];
        Times(times, status);

        // SAFETY: NUL-terminated and pinned for the calls; two struct timespec on this stack.
        fixed (byte* at = NativeText.Encode(name))
        {
            var given = TreeCalls.ChangeOwner(
                directory.Number, at, status.Uid, status.Gid, TreeCalls.SymlinkNoFollow);
            if (!mayKeepOwner || !IsUnknownOwner(given))
            {
                Kernel.Check(given, "fchownat", path);
            }

            Kernel.Check(TreeCalls.SetTimes(directory.Number, at, times, TreeCalls.SymlinkNoFollow), "utimensat", path);
        }
    }

    /// <summary>Of an entry that is no link: this call would follow it.</summary>
    public static void SetMode(FileDescriptor directory, string name, uint mode, string path)
    {
        // SAFETY: NUL-terminated and pinned for the call.
        fixed (byte* at = NativeText.Encode(name))
        {
            Kernel.Check(TreeCalls.ChangeMode(directory.Number, at, mode, 0), "fchmodat", path);
        }
    }

    public static void SetMode(FileDescriptor file, uint mode, string path) =>
        Kernel.Check(TreeCalls.ChangeMode(file.Number, mode), "fchmod", path);

    public static void SetOwner(FileDescriptor file, in FileStatus status, string path)
    {
        byte empty = 0;

        // SAFETY: an empty NUL-terminated path of this frame.
        Kernel.Check(TreeCalls.ChangeOwner(file.Number, &empty, status.Uid, status.Gid, TreeCalls.EmptyPath),
            "fchownat", path);
    }

    /// <summary>As <see cref="SetOwner"/>, but one that the file system does not know is not set.</summary>
    public static void GiveOwner(FileDescriptor file, in FileStatus status, string path)
    {
        byte empty = 0;

        // SAFETY: an empty NUL-terminated path of this frame.
        var given = TreeCalls.ChangeOwner(file.Number, &empty, status.Uid, status.Gid, TreeCalls.EmptyPath);
        if (!IsUnknownOwner(given))
        {
            Kernel.Check(given, "fchownat", path);
        }
    }

    private static bool IsUnknownOwner(int result) =>
        result < 0 && Kernel.LastError is (Errno.EOVERFLOW or Errno.EINVAL);

    public static void SetTime(FileDescriptor file, in FileStatus status, string path)
    {
        var times = stackalloc long[4];
        Times(times, status);

        // SAFETY: two struct timespec on this stack.
        Kernel.Check(TreeCalls.SetTimes(file.Number, times), "futimens", path);
    }

    // The time of access as that of modification: what was read in copying is nobody's business.
    private static void Times(long* times, in FileStatus status)
    {
        times[0] = times[2] = status.ModifiedSeconds;
        times[1] = times[3] = status.ModifiedNanoseconds;
    }

    // makedev(3), of which libc has an inline function only.
    private static ulong DeviceNumber(in FileStatus status)
    {
        ulong major = status.DeviceMajor, minor = status.DeviceMinor;
        return ((major & 0xFFFFF000) << 32) | ((major & 0xFFF) << 8) | ((minor & 0xFFFFFF00) << 12) | (minor & 0xFF);
    }
}
