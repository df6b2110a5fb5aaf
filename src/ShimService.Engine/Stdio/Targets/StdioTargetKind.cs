namespace ShimService.Engine.Stdio.Targets;

/// <summary>What a stdio URI names.</summary>
internal enum StdioTargetKind
{
    /// <summary>Empty: the stream is /dev/null.</summary>
    Null,

    /// <summary>A path without a scheme, or fifo:// — a named pipe, or a regular file that is appended to.</summary>
    Path,

    /// <summary>file:// — bytes appended as they come.</summary>
    File,

    /// <summary>log:// — CRI log lines, both streams in one file.</summary>
    Log,

    /// <summary>
    /// binary:// — a program that reads both streams. The path is what follows the scheme, query and all.
    /// </summary>
    Logger,

    /// <summary>
    /// binary-v2:// — the same, but a logger that ends its ready descriptor without a byte has failed.
    /// </summary>
    ReportingLogger,

    /// <summary>peerfd:N — descriptor N of the calling process.</summary>
    Peer,

    /// <summary>attach: — input that stays open and is written by attachers.</summary>
    Attach,
}
