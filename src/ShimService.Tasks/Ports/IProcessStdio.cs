namespace ShimService.Tasks.Ports;

/// <summary>The three streams of a process, or its terminal.</summary>
public interface IProcessStdio
{
    /// <summary>
    /// Completes when every byte the process (and who inherited its streams) wrote has reached its sinks.
    /// </summary>
    Task Drained { get; }

    /// <summary>True while bytes the process wrote are known to wait for a reader that is away or slow.</summary>
    bool IsPending { get; }

    /// <summary>True when what is left of the output has no reader at all: to wait for one would be in vain.</summary>
    ValueTask<bool> IsForsakenAsync();

    /// <summary>
    /// Joins the process's output from now on. The log length it returns is how much of the process's log file
    /// is older than the attachment, so that log + attachment is the whole output once.
    /// A reader that falls behind its bounded buffer never blocks the process: it gets what it missed out of the log
    /// file, and loses the oldest chunks where there is none.
    /// </summary>
    IStdioAttachment Attach();

    /// <summary>Writes input. Errors: FailedPrecondition when stdin is not open.</summary>
    ValueTask WriteStdinAsync(ReadOnlyMemory<byte> data, CancellationToken cancel);

    /// <summary>Ends the input. Nothing to do when there is none.</summary>
    void CloseStdin();

    /// <summary>Tells the terminal its size. Nothing to do when there is none.</summary>
    void Resize(int width, int height);

    /// <summary>Stops copying and closes everything, drained or not.</summary>
    ValueTask CloseAsync();
}
