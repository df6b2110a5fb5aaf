using ShimService.Tasks.Lifecycle;
using ShimService.Tasks.Ports;
using ShimService.Tasks.Values;
using ShimService.Tasks.Views;

namespace ShimService.Tasks.Supervision;

/// <summary>An extra process of a task. Changed by the task's mailbox only.</summary>
internal sealed class LiveExec(ExecRequest request, Afterwards afterwards)
{
    private volatile ExecPhase _phase = ExecPhase.Added;

    public ExecId Id => request.Id;

    public ExecRequest Request => request;

    public ProcessSlot Slot { get; } = new(request.Stdio, afterwards);

    /// <summary>Deletes that are answered when the exec is gone.</summary>
    public List<Letter> Removals { get; } = [];

    public ExecPhase Phase
    {
        get => _phase;
        set => _phase = value;
    }

    public ProcessResult Result => new(Slot.Pid, Slot.Exit);

    public ExecView View() => new(Id, ExecLifecycle.Status(Phase), request.Stdio)
    {
        Pid = Slot.Pid,
        Exit = Slot.Exit,
        StartedAt = Slot.StartedAt,
        Args = request.Args,
    };
}
