using ShimService.Tasks.Lifecycle;
using ShimService.Tasks.Ports;
using ShimService.Tasks.Values;

namespace ShimService.Tasks.Views;

/// <summary>An extra process at one instant.</summary>
public sealed record ExecView(ExecId Id, ProcessStatus Status, StdioRequest Stdio)
{
    public Pid? Pid { get; init; }

    public ProcessExit? Exit { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public IReadOnlyList<string> Args { get; init; } = [];
}
