using ShimService.Linux.Native;

namespace ShimService.Linux.Stdio;

/// <summary>Kind and size of an open file. Source: man 2 statx.</summary>
public readonly unsafe record struct FileFacts(FileKind Kind, long Size)
{
    private const int AtEmptyPath = 0x1000;
    private const uint StatxType = 0x1, StatxSize = 0x200;
    private const int FormatMask = 0xF000;

    /// <summary>Errors: KernelException.</summary>
    public static FileFacts Read(FileDescriptor descriptor, string subject = "")
    {
        FileStatus status;
        byte empty = 0;
        // SAFETY: the path is an empty NUL-terminated string, and the result is a whole struct statx.
        Kernel.Check(
            NativeStream.Statx(descriptor.Number, &empty, AtEmptyPath, StatxType | StatxSize, &status),
            "statx",
            subject);
        return new FileFacts((FileKind)(status.Mode & FormatMask), status.Size);
    }
}
