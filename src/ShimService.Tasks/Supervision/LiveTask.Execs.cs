using ShimService.Tasks.Errors;
using ShimService.Tasks.Events;
using ShimService.Tasks.Lifecycle;
using ShimService.Tasks.Ports;
using ShimService.Tasks.Values;

namespace ShimService.Tasks.Supervision;

internal sealed partial class LiveTask
{
    private readonly DeleteMemory<ExecId> _deletedExecs;

    private void AddExec(ExecRequest request)
    {
        if (_execs.ContainsKey(request.Id))
        {
            throw new TaskException(
                ErrorKind.AlreadyExists,
                ErrorReason.ExecExists,
                $"{Subject} already has an exec \"{request.Id}\"; delete it or use another id");
        }

        _container!.CheckExec(request);
        lock (_execsGate)
        {
            _execs.Add(request.Id, new LiveExec(request, _afterwards));
        }

        Publish(new(0, _time.GetUtcNow(), TaskTopic.ExecAdded, Id) { Exec = request.Id });
    }

    /// <summary>Start needs both tables: the exec must be startable, the task must let it.</summary>
    private void HandleExecStart(Letter letter)
    {
        var exec = FindExec(letter.ExecId!.Value);
        var decision = ExecLifecycle.Decide(exec.Phase, ExecVerb.Start);
        if (decision.Kind == DecisionKind.Deny)
        {
            letter.Fail(
                Refusals.Of(decision.Reason, Name(exec), ExecLifecycle.Status(exec.Phase), "start"), _afterwards);
            return;
        }

        HandleTask(letter, TaskVerb.ExecStart);
        if (_state.Work == TaskWork.ExecLaunch && ReferenceEquals(_workFor, letter))
        {
            exec.Phase = decision.Next;
        }
    }

    private void HandleExec(Letter letter, ExecVerb verb)
    {
        if (letter.Subject is null && verb == ExecVerb.Delete
            && !_execs.ContainsKey(letter.ExecId!.Value)
            && _deletedExecs.Find(letter.ExecId.Value) is { } earlier)
        {
            letter.Answer(earlier, _afterwards);
            return;
        }

        var exec = letter.Subject ?? FindExec(letter.ExecId!.Value);
        if (verb == ExecVerb.Exited && exec.Phase == ExecPhase.Running)
        {
            exec.Slot.Record(letter.Exit!);
        }

        var decision = DecideExec(exec, letter, verb);
        if (verb == ExecVerb.Exited && decision == DecisionKind.Accept)
        {
            HandleTask(letter, TaskVerb.ExecExited);
        }
    }

    private DecisionKind DecideExec(LiveExec exec, Letter letter, ExecVerb verb)
    {
        var decision = ExecLifecycle.Decide(exec.Phase, verb);
        switch (decision.Kind)
        {
            case DecisionKind.Accept:
                exec.Phase = decision.Next;
                foreach (var effect in decision.Effects)
                {
                    CarryExec(effect, exec, letter);
                }

                break;
            case DecisionKind.Wait:
                Queue(letter, Refusals.Verb(verb));
                break;
            case DecisionKind.Deny:
                letter.Fail(Refusals.Of(
                    decision.Reason, Name(exec), ExecLifecycle.Status(exec.Phase), Refusals.Verb(verb)), _afterwards);
                break;
            case DecisionKind.Ignore:
                break;
            default:
                throw new InvalidOperationException($"unknown decision {decision.Kind}");
        }

        return decision.Kind;
    }

    private void CarryExec(ExecEffect effect, LiveExec exec, Letter letter)
    {
        switch (effect)
        {
            case ExecEffect.AbortLaunch:
                _abort?.Cancel();
                break;
            case ExecEffect.Signal:
                if (exec.Slot.Process!.Kill(letter.Signal) == SignalOutcome.AlreadyExited)
                {
                    throw Refusals.Of(DenyReason.ProcessGone, Name(exec), ProcessStatus.Stopped, "kill");
                }

                break;
            case ExecEffect.CloseStdio:
                _ = CloseExecAsync(exec);
                break;
            case ExecEffect.RecordFailure:
                exec.Slot.Record(FailedLaunch.Exit(letter.Failure, _time.GetUtcNow()));
                exec.Slot.Tell();
                break;
            case ExecEffect.PublishStarted:
                exec.Slot.StartedAt = _workBegan;
                exec.Slot.Fill(letter.Process!);
                Publish(new(0, exec.Slot.StartedAt.Value, TaskTopic.ExecStarted, Id)
                {
                    Exec = exec.Id, Pid = exec.Slot.Pid,
                });
                _ = WatchExitAsync(letter.Process!, exec);
                break;
            case ExecEffect.PublishExit:
                Publish(new(0, exec.Slot.Exit!.At, TaskTopic.Exit, Id)
                {
                    Exec = exec.Id, Pid = exec.Slot.Pid, Exit = exec.Slot.Exit,
                });
                exec.Slot.Tell();
                break;
            case ExecEffect.Answer:
                letter.Answer(default, _afterwards);
                break;
            case ExecEffect.AwaitRemoval:
                exec.Removals.Add(letter);
                break;
            case ExecEffect.Discard:
                DiscardExec(exec);
                break;
            case ExecEffect.Launch:
            default:
                throw new ArgumentOutOfRangeException(nameof(effect), effect, null);
        }
    }

    /// <summary>Execs that were killed with init and did not exit in time: their SIGKILL is on its way.</summary>
    private void EndExecs()
    {
        foreach (var exec in _execs.Values)
        {
            if (exec.Phase == ExecPhase.Running)
            {
                exec.Slot.Record(new ProcessExit(KilledStatus, _time.GetUtcNow(), OomKilled: false));
                DecideExec(exec, Letter.Exited(exec, exec.Slot.Exit!), ExecVerb.Exited);
            }
        }
    }

    private void DiscardExec(LiveExec exec)
    {
        var result = exec.Result;
        lock (_execsGate)
        {
            _execs.Remove(exec.Id);
        }

        _deletedExecs.Remember(exec.Id, result);
        exec.Slot.Fail(Refusals.UnknownExec(Id, exec.Id));
        foreach (var removal in exec.Removals)
        {
            removal.Answer(result, _afterwards);
        }

        exec.Removals.Clear();
    }

    private void DiscardExecs()
    {
        foreach (var exec in new List<LiveExec>(_execs.Values))
        {
            exec.Phase = ExecPhase.Deleted;
            DiscardExec(exec);
        }
    }

    private LiveExec FindExec(ExecId id) =>
        _execs.TryGetValue(id, out var exec) ? exec : throw Refusals.UnknownExec(Id, id);

    private string Name(LiveExec exec) => $"exec \"{exec.Id}\" of {Subject}";
}
