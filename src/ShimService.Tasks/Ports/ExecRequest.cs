using ShimService.Tasks.Values;

namespace ShimService.Tasks.Ports;

/// <summary>An extra process: <paramref name="Process"/> is an OCI process object as JSON.</summary>
public sealed record ExecRequest(ExecId Id, ReadOnlyMemory<byte> Process, StdioRequest Stdio)
{
    /// <summary>args of the process, for people.</summary>
    public IReadOnlyList<string> Args { get; init; } = [];
}
