using ShimService.Linux.Errors;
using ShimService.Linux.Native;

namespace ShimService.Linux.Launch;

/// <summary>Files without a name, in memory.</summary>
internal static unsafe class MemoryFiles
{
    public const uint CloseOnExec = 1, AllowSealing = 2;

    /// <summary>
    /// With vm.memfd_noexec set the kernel wants to be told whether it can be executed; it means the file's mode,
    /// mapping it is not affected. Errors: KernelException.
    /// </summary>
    public static FileDescriptor Create(ReadOnlySpan<byte> name, uint flags)
    {
        const uint notExecutable = 8;
        // SAFETY: callers give a UTF-8 literal, which has a NUL behind its end, and it is pinned for the calls.
        fixed (byte* text = name)
        {
            var fd = NativeFile.CreateMemory(text, flags | notExecutable);
            if (fd < 0 && Kernel.LastError == Errno.EINVAL)
            {
                fd = NativeFile.CreateMemory(text, flags);
            }

            return new FileDescriptor(Kernel.Check(fd, "memfd_create", "launch"));
        }
    }
}
