namespace ShimService.Engine.Stdio;

/// <summary>Limits of the stdio of a shim.</summary>
public sealed record StdioOptions
{
    /// <summary>
    /// How long Create waits for somebody to open the other end of a fifo. containerd's own limit is 30 s.
    /// </summary>
    public TimeSpan FifoOpenLimit { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a console socket with a full backlog is tried.</summary>
    public TimeSpan ConsoleSocketLimit { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How much output waits in memory for one slow attacher, in bytes; more is read back from the log.
    /// </summary>
    public int AttachmentBytes { get; init; } = 1 << 20;

    /// <summary>How long Create waits for a logger to say that it is ready.</summary>
    public TimeSpan LoggerReadyLimit { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a logger that has read everything may take to exit by itself.</summary>
    public TimeSpan LoggerGrace { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How long a logger may take to exit after SIGTERM, before SIGKILL.
    /// Source: containerd cmd/containerd-shim-runc-v2/process/io.go, binaryIOProcTermTimeout.
    /// </summary>
    public TimeSpan LoggerTermination { get; init; } = TimeSpan.FromSeconds(12);

    /// <summary>What a logger is told as CONTAINER_NAMESPACE.</summary>
    public string Namespace { get; init; } = "default";

    /// <summary>How long after its death a process's exit is kept back while its readers still take output.</summary>
    public TimeSpan ReadersLimit { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long of that without a byte being taken.</summary>
    public TimeSpan ReadersIdle { get; init; } = TimeSpan.FromMilliseconds(250);

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Told, in a sentence, what a caller cannot be told: output lost to a full disk. Any thread.</summary>
    public Action<string> OnWarning { get; init; } = static _ => { };
}
