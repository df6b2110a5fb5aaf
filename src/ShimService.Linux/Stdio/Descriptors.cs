using ShimService.Linux.Native;

namespace ShimService.Linux.Stdio;

/// <summary>Making and adjusting descriptors of streams; all close-on-exec. Errors: KernelException.</summary>
public static unsafe class Descriptors
{
    /// <summary>A new pipe with blocking ends.</summary>
    public static PipeEnds CreatePipe()
    {
        var ends = stackalloc int[2];
        // SAFETY: the kernel writes the two ints reserved above.
        Kernel.Check(NativeStream.CreatePipe(ends, NativeStream.O_CLOEXEC), "pipe2");
        return new PipeEnds(new FileDescriptor(ends[0]), new FileDescriptor(ends[1]));
    }

    /// <summary>
    /// Makes transfers answer EAGAIN instead of blocking. The flag belongs to the open file: whoever inherited or
    /// duplicated it sees it too, so never on one that others use.
    /// </summary>
    public static void SetNonBlocking(FileDescriptor descriptor)
    {
        var flags = Kernel.Check(NativeFile.Control(descriptor.Number, NativeStream.F_GETFL, 0), "fcntl F_GETFL");
        Kernel.Check(
            NativeFile.Control(descriptor.Number, NativeStream.F_SETFL, flags | NativeStream.O_NONBLOCK),
            "fcntl F_SETFL");
    }

    /// <summary>A second descriptor of the same open file.</summary>
    public static FileDescriptor Duplicate(FileDescriptor descriptor) => new(Kernel.Check(
        NativeFile.Control(descriptor.Number, NativeStream.F_DUPFD_CLOEXEC, 3), "fcntl F_DUPFD_CLOEXEC"));

    /// <summary>
    /// Asks for a larger pipe; a refusal (EPERM above the host's limit, EBUSY) leaves it as it is and is false.
    /// </summary>
    public static bool TryGrowPipe(FileDescriptor pipe, int bytes) =>
        NativeFile.Control(pipe.Number, NativeStream.F_SETPIPE_SZ, bytes) >= 0;

    /// <summary>
    /// Gives the file (both ends, of a pipe) to another user, so that it can be opened again by name.
    /// </summary>
    public static void ChangeOwner(FileDescriptor descriptor, uint uid, uint gid) =>
        Kernel.Check(NativeStream.ChangeOwner(descriptor.Number, uid, gid), "fchown", $"{uid}:{gid}");

    public static void Truncate(FileDescriptor file, long length) =>
        Kernel.Check(NativeFile.Truncate(file.Number, length), "ftruncate");
}
