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

    /// <summary>peerfd:N — descriptor N of the calling process.</summary>
    Peer,

    /// <summary>attach: — input that stays open and is written by attachers.</summary>
    Attach,
}
