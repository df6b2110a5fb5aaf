using ShimService.Linux;

namespace ShimService.Engine.Stdio.Sinks;

/// <summary>Takes everything and keeps nothing, so that a process whose reader broke does not hang.</summary>
internal sealed class DiscardSink : IStdioSink
{
    public FileDescriptor? Descriptor => null;

    public bool TakesSplice => false;

    public int Write(ReadOnlySpan<byte> data) => data.Length;

    public void End()
    {
    }

    public void Dispose()
    {
    }
}
