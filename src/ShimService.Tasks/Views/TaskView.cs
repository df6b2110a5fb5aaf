using ShimService.Tasks.Lifecycle;
using ShimService.Tasks.Ports;
using ShimService.Tasks.Values;

namespace ShimService.Tasks.Views;

/// <summary>A task at one instant. Pid stays after the exit; Exit is null until it has been told.</summary>
public sealed record TaskView(ContainerId Id, ProcessStatus Status, string Bundle, StdioRequest Stdio)
{
    public Pid? Pid { get; init; }

    public ProcessExit? Exit { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public bool OomKilled { get; init; }

    public IReadOnlyList<string> Args { get; init; } = [];

    public IReadOnlyList<ExecView> Execs { get; init; } = [];
}
