using ShimService.Linux;
using ShimService.Linux.Errors;
using ShimService.Linux.Stdio;

namespace ShimService.Engine.Stdio.Pumps;

/// <summary>Where a pump's bytes come from: a non-blocking descriptor, or a regular file.</summary>
internal sealed class PumpSource(FileDescriptor descriptor, FileKind kind, bool isTerminalMaster = false) : IDisposable
{
    public FileDescriptor Descriptor => descriptor;

    public bool GivesSplice => kind == FileKind.Fifo;

    /// <summary>Its end comes by itself and soon; cutting it short would lose input that is there already.</summary>
    public bool EndsByItself => kind == FileKind.Regular;

    public IoResult Read(Span<byte> buffer) => kind == FileKind.Socket
        ? StreamIo.Receive(descriptor, buffer)
        : StreamIo.Read(descriptor, buffer);

    /// <summary>All slaves of this terminal are closed, which a later open can change.</summary>
    public bool IsHungUp(IoResult result) => isTerminalMaster && result.Errno == Errno.EIO;

    public void Dispose() => descriptor.Dispose();
}
