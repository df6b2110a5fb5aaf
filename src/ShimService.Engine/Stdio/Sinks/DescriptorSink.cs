using ShimService.Linux;
using ShimService.Linux.Stdio;

namespace ShimService.Engine.Stdio.Sinks;

/// <summary>
/// A non-blocking descriptor that takes bytes as they are: the container's stdin pipe, a terminal's master, or a
/// terminal, pipe, socket or file of the calling process.
/// </summary>
internal sealed class DescriptorSink(FileDescriptor target, FileKind kind) : IStdioSink
{
    public FileDescriptor? Descriptor => target;

    public bool TakesSplice => kind == FileKind.Fifo;

    public int Write(ReadOnlySpan<byte> data)
    {
        var result = kind == FileKind.Socket ? StreamIo.Send(target, data) : StreamIo.Write(target, data);
        return result.Succeeded || result.WouldBlock ? result.Count : IStdioSink.SinkGone;
    }

    public void End() => target.Dispose();

    public void Dispose() => target.Dispose();
}
