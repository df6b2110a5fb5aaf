using ShimService.Linux;

namespace ShimService.Engine.Stdio.Sinks;

/// <summary>
/// Where the bytes of one stream go. Used on the stdio thread only, under the process's output gate.
/// A sink never throws for what the kernel refuses: it says how many bytes it is done with.
/// </summary>
internal interface IStdioSink : IDisposable
{
    /// <summary>
    /// Takes bytes from the front and returns how many. Fewer than given: wait until <see cref="Descriptor"/> is
    /// writable and offer the rest again. <see cref="SinkGone"/>: nobody will ever take them.
    /// </summary>
    int Write(ReadOnlySpan<byte> data);

    /// <summary>What to wait on when not all was taken, and where spliced bytes go; null = takes all at once.</summary>
    FileDescriptor? Descriptor { get; }

    /// <summary>True when the descriptor is a pipe that takes the bytes as they are.</summary>
    bool TakesSplice { get; }

    /// <summary>
    /// The descriptor is full: false = wait for its reader; true = some of it was dropped, try again.
    /// </summary>
    bool TryMakeRoom() => false;

    /// <summary>The source has ended and everything was written: pass the end on. Called once.</summary>
    void End();

    /// <summary>Answer of <see cref="Write"/> when the other side has left for good.</summary>
    const int SinkGone = -1;
}
