using ShimService.Linux;
using ShimService.Linux.Stdio;

namespace ShimService.Engine.Stdio.Sinks;

/// <summary>
/// A fifo some client reads. Our own read end stands beside the write end: with it a reader may leave and another
/// come without the container getting EPIPE. At the end of the stream the write end goes, which is the reader's
/// end-of-file; the read end stays until the process's stdio is closed, so that a reader who was away at that
/// moment still finds the last bytes.
/// </summary>
internal sealed class FifoSink(FileDescriptor writeEnd, FileDescriptor readEnd) : IStdioSink
{
    public FileDescriptor? Descriptor => writeEnd;

    public bool TakesSplice => true;

    public int Write(ReadOnlySpan<byte> data)
    {
        var result = StreamIo.Write(writeEnd, data);
        return result.Succeeded || result.WouldBlock ? result.Count : IStdioSink.SinkGone;
    }

    public void End() => writeEnd.Dispose();

    public void Dispose()
    {
        writeEnd.Dispose();
        readEnd.Dispose();
    }
}
