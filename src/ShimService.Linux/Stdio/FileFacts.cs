using System.Runtime.InteropServices;
using ShimService.Linux.Native;

namespace ShimService.Linux.Stdio;

/// <summary>Kind and size of an open file. Source: man 2 statx (offsets are the same on every architecture).</summary>
public readonly unsafe record struct FileFacts(FileKind Kind, long Size)
{
    private const int AtEmptyPath = 0x1000;
    private const uint StatxType = 0x1, StatxSize = 0x200;
    private const int StatxBytes = 256, ModeOffset = 28, SizeOffset = 40, FormatMask = 0xF000;

    /// <summary>Errors: KernelException.</summary>
    public static FileFacts Read(FileDescriptor descriptor, string subject = "")
    {
        var result = stackalloc byte[StatxBytes];
        byte empty = 0;
        // SAFETY: the path is an empty NUL-terminated string, the result has the size of struct statx.
        Kernel.Check(
            NativeStream.Statx(descriptor.Number, &empty, AtEmptyPath, StatxType | StatxSize, result),
            "statx",
            subject);
        var bytes = new ReadOnlySpan<byte>(result, StatxBytes);
        var mode = MemoryMarshal.Read<ushort>(bytes[ModeOffset..]);
        return new FileFacts((FileKind)(mode & FormatMask), MemoryMarshal.Read<long>(bytes[SizeOffset..]));
    }
}
