using ShimService.Linux;
using ShimService.Tasks.Ports;

namespace ShimService.Engine.Stdio.Sinks;

/// <summary>One stream's way into the shared log, which its owner closes.</summary>
internal sealed class LogSink(LogFile log, StdioStream stream) : IStdioSink
{
    public FileDescriptor? Descriptor => null;

    public bool TakesSplice => false;

    public int Write(ReadOnlySpan<byte> data)
    {
        log.Append(stream, data);
        return data.Length;
    }

    public void End()
    {
    }

    public void Dispose()
    {
    }
}
