using ShimService.Tasks.Ports;
using ShimService.Tasks.Values;

namespace ShimService.Tasks.Events;

/// <summary>
/// One entry of a shim's journal. Sequence rises by one per entry. Exec is null for the init process.
/// Exit is set by Exit and Delete; Bundle, Stdio, Rootfs and Origin by Create.
/// </summary>
public sealed record TaskEvent(ulong Sequence, DateTimeOffset At, TaskTopic Topic, ContainerId Container)
{
    public ExecId? Exec { get; init; }

    public Pid? Pid { get; init; }

    public ProcessExit? Exit { get; init; }

    public string? Bundle { get; init; }

    /// <summary>For the container's record; a journal does not keep it.</summary>
    public ProcessOrigin? Origin { get; init; }

    public StdioRequest? Stdio { get; init; }

    public IReadOnlyList<RootfsMount> Rootfs { get; init; } = [];
}
