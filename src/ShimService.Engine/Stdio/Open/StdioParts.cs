using ShimService.Engine.Stdio.Loggers;
using ShimService.Engine.Stdio.Pumps;
using ShimService.Engine.Stdio.Sinks;
using ShimService.Linux;
using ShimService.Linux.Stdio;
using ShimService.Tasks.Ports;

namespace ShimService.Engine.Stdio.Open;

/// <summary>
/// Everything opened for one process, before and after its launch. Disposing closes all of it; each part may have
/// been closed before.
/// </summary>
internal sealed class StdioParts : IDisposable
{
    /// <summary>The child's ends; several streams may be one descriptor.</summary>
    public FileDescriptor? ChildStdin { get; set; }

    public FileDescriptor? ChildStdout { get; set; }

    public FileDescriptor? ChildStderr { get; set; }

    /// <summary>Our ends of the child's output pipes. Null with a terminal.</summary>
    public PumpSource? StdoutSource { get; set; }

    public PumpSource? StderrSource { get; set; }

    public IStdioSink? StdoutSink { get; set; }

    public IStdioSink? StderrSink { get; set; }

    public LogFile? Log { get; set; }

    /// <summary>
    /// The program that reads the output. It outlives the parts: <see cref="LoggerProcess.EndAsync"/>.
    /// </summary>
    public LoggerProcess? Logger { get; set; }

    /// <summary>Where copied input comes from.</summary>
    public PumpSource? InputSource { get; set; }

    /// <summary>Our write end of the input fifo, which keeps it open.</summary>
    public FileDescriptor? InputHolder { get; set; }

    /// <summary>Our end of the child's input pipe. Null with a terminal.</summary>
    public FileDescriptor? InputTarget { get; set; }

    /// <summary>True when attachers feed the input.</summary>
    public bool InputFromAttachers { get; set; }

    public DescriptorSocket? ConsoleSocket { get; set; }

    /// <summary>True when bytes of a pipe pass through us.</summary>
    public bool Copies =>
        StdoutSource is not null || StderrSource is not null || InputSource is not null || InputTarget is not null;

    public IStdioSink? SinkOf(StdioStream stream) => stream == StdioStream.Stdout ? StdoutSink : StderrSink;

    public PumpSource? SourceOf(StdioStream stream) => stream == StdioStream.Stdout ? StdoutSource : StderrSource;

    public void CloseChildEnds()
    {
        ChildStdin?.Dispose();
        ChildStdout?.Dispose();
        ChildStderr?.Dispose();
    }

    public void Dispose()
    {
        CloseChildEnds();
        StdoutSource?.Dispose();
        StderrSource?.Dispose();
        StdoutSink?.Dispose();
        StderrSink?.Dispose();
        Log?.Dispose();
        InputSource?.Dispose();
        InputHolder?.Dispose();
        InputTarget?.Dispose();
        ConsoleSocket?.Dispose();
    }
}
