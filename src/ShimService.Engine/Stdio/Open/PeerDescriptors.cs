using ShimService.Linux;
using ShimService.Linux.Abi;
using ShimService.Linux.Errors;
using ShimService.Linux.Stdio;

namespace ShimService.Engine.Stdio.Open;

/// <summary>Descriptors of the process that called us. Errors: KernelException.</summary>
internal static class PeerDescriptors
{
    public static FileDescriptor Fetch(int pid, int number)
    {
        using var process = OtherProcess.Open(pid);
        return OtherProcess.FetchDescriptor(process, number);
    }

    /// <summary>
    /// The same file, fit for copying on our one thread. Terminals, pipes and devices are opened anew, because
    /// making the caller's own open file non-blocking would show in every process that shares it (its shell).
    /// Regular files stay: theirs is the position to go on from, and they do not block. Sockets are asked per call.
    /// Takes over <paramref name="descriptor"/>.
    /// </summary>
    public static (FileDescriptor Descriptor, FileKind Kind) OpenForCopying(
        FileDescriptor descriptor, OpenFlags direction, string subject)
    {
        var kind = FileFacts.Read(descriptor, subject).Kind;
        switch (kind)
        {
            case FileKind.Regular or FileKind.Socket:
                return (descriptor, kind);
            case FileKind.Fifo or FileKind.CharacterDevice:
                using (descriptor)
                {
                    return (Files.Open(
                        $"/proc/self/fd/{descriptor.Number}",
                        direction | OpenFlags.NonBlocking | OpenFlags.NoControllingTerminal), kind);
                }

            default:
                throw new KernelException("open", Errno.ENXIO, subject, "not a terminal, pipe, socket or file");
        }
    }
}
