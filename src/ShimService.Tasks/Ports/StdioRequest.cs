namespace ShimService.Tasks.Ports;

/// <summary>
/// Where the three streams of a process go, as URIs in the words of the Task API; empty = /dev/null.
/// stdin: a fifo path, or "attach:" = kept open and fed by attachers.
/// stdout, stderr: a fifo path, "file:///path" (raw append), "log:///path" (CRI log lines, also for attachers).
/// stdout: "binary:///path?key=value" or "binary-v2:…" = a program that reads both streams; stderr is the same or
/// empty. Any of them: "peerfd:N" = descriptor N of the calling process <see cref="PeerPid"/>. With a terminal, stderr
/// is not used.
/// </summary>
public sealed record StdioRequest(string Stdin, string Stdout, string Stderr, bool Terminal)
{
    /// <summary>The calling process, where the transport knows it; needed by "peerfd:".</summary>
    public int? PeerPid { get; init; }

    /// <summary>
    /// How many descriptors of the calling process from 3 on the new process has as well (runc's --preserve-fds).
    /// </summary>
    public int Preserved { get; init; }

    /// <summary>A unix socket that wants the master of the terminal (runc's --console-socket); empty = none.</summary>
    public string ConsoleSocket { get; init; } = "";
}
