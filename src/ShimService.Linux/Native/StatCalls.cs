using System.Runtime.InteropServices;

namespace ShimService.Linux.Native;

/// <summary>What a path names. Source: man 2 statx.</summary>
internal static partial class StatCalls
{
    private const int AT_FDCWD = -100;
    private const uint STATX_BASIC_STATS = 0x7ff;

    /// <summary>False when the path cannot be looked at, for whatever reason. Follows symbolic links.</summary>
    public static unsafe bool TryRead(string path, out FileStatus status)
    {
        status = default;

        // SAFETY: the kernel writes at most the 256 bytes of the structure, which is on this thread's stack.
        fixed (FileStatus* pointer = &status)
        {
            return StatX(AT_FDCWD, path, 0, STATX_BASIC_STATS, pointer) == 0;
        }
    }

    /// <summary>The same of what a descriptor is open on.</summary>
    public static unsafe bool TryRead(int descriptor, out FileStatus status)
    {
        const int emptyPath = 0x1000;
        status = default;

        // SAFETY: as above.
        fixed (FileStatus* pointer = &status)
        {
            return StatX(descriptor, "", emptyPath, STATX_BASIC_STATS, pointer) == 0;
        }
    }

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int StatX(int directory, string path, int flags, uint mask, FileStatus* status);
}
