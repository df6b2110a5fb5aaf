using ShimService.Tasks.Errors;
using ShimService.Tasks.Events;
using ShimService.Tasks.Lifecycle;
using ShimService.Tasks.Ports;
using ShimService.Tasks.Values;
using ShimService.Tasks.Views;

namespace ShimService.Tasks.Supervision;

internal sealed partial class LiveTask
{
    private const int KilledStatus = 137;

    private readonly List<Letter> _removals = [];
    private DateTimeOffset? _createdAt;
    private bool _oomKilled;
    private ITimer? _grace;

    /// <summary>Takes in what a letter brought before the table looks at it.</summary>
    private void Absorb(Letter letter, TaskVerb verb)
    {
        switch (verb)
        {
            case TaskVerb.CreateDone:
                var container = letter.Container!;
                _container = container;
                _state = _state with { HasPrivatePidNamespace = container.HasPrivatePidNamespace };
                _createdAt = _time.GetUtcNow();
                _init.Fill(container.Init);
                _ = WatchExitAsync(container.Init, null);
                break;
            case TaskVerb.ExecLaunchDone:
                DecideExec(letter.Subject!, letter, ExecVerb.LaunchDone);
                break;
            case TaskVerb.ExecLaunchFailed:
                DecideExec(letter.Subject!, letter, ExecVerb.LaunchFailed);
                break;
            case TaskVerb.StartDone:
                // Not the time of this letter: a process that died at once would have exited before it started.
                _init.StartedAt = _workBegan;
                break;
            case TaskVerb.InitExited when _init.Exit is null:
                _init.Record(letter.Exit!);
                _oomKilled |= letter.Exit!.OomKilled;
                break;
            case TaskVerb.OutOfMemory:
                _oomKilled = true;
                break;
            default:
                break;
        }
    }

    private void Carry(TaskEffect effect, Letter letter)
    {
        switch (effect)
        {
            case TaskEffect.OpenGate:
                Begin(TaskWork.Start, letter, null);
                break;
            case TaskEffect.Freeze:
                Begin(TaskWork.Pause, letter, null);
                break;
            case TaskEffect.Thaw:
                Begin(TaskWork.Resume, letter, null);
                break;
            case TaskEffect.ChangeLimits:
                Begin(TaskWork.Update, letter, null);
                break;
            case TaskEffect.LaunchExec:
                Begin(TaskWork.ExecLaunch, letter, FindExec(letter.ExecId!.Value));
                break;
            case TaskEffect.Undo:
                // Still the same wish: who asked for the start is answered when nothing of it is left.
                Begin(TaskWork.Undo, _workFor!, null);
                break;
            case TaskEffect.Remove:
                Begin(TaskWork.Remove, letter, null);
                break;
            case TaskEffect.AbortWork:
                _abort?.Cancel();
                break;
            case TaskEffect.SignalInit:
                if (_container!.Init.Kill(letter.Signal) == SignalOutcome.AlreadyExited)
                {
                    throw Refusals.Of(DenyReason.ProcessGone, Subject, ProcessStatus.Stopped, "kill");
                }

                break;
            case TaskEffect.SignalAll:
                _container!.KillAll(letter.Signal);
                break;
            case TaskEffect.KillEverything:
                KillEverything();
                break;
            case TaskEffect.StartGrace:
                _grace ??= _time.CreateTimer(
                    _ => Post(Letter.Done(TaskVerb.GraceElapsed)), null, _options.ExecGrace, Timeout.InfiniteTimeSpan);
                break;
            case TaskEffect.EndExecs:
                EndExecs();
                break;
            case TaskEffect.AddExec:
                AddExec(letter.Added!);
                break;
            case TaskEffect.RecordStartFailure:
                RecordStartFailure(letter.Failure);
                break;
            case TaskEffect.PublishCreate:
                Publish(new(0, _createdAt!.Value, TaskTopic.Create, Id)
                {
                    Pid = _init.Pid, Bundle = _request.Bundle, Stdio = _request.Stdio, Rootfs = _request.Rootfs,
                    Origin = _container!.Origin,
                });
                break;
            case TaskEffect.PublishStart:
                Publish(new(0, _init.StartedAt!.Value, TaskTopic.Start, Id) { Pid = _init.Pid });
                break;
            case TaskEffect.PublishPaused:
                Publish(new(0, _time.GetUtcNow(), TaskTopic.Paused, Id));
                break;
            case TaskEffect.PublishResumed:
                Publish(new(0, _time.GetUtcNow(), TaskTopic.Resumed, Id));
                break;
            case TaskEffect.PublishOutOfMemory:
                Publish(new(0, _time.GetUtcNow(), TaskTopic.OutOfMemory, Id));
                break;
            case TaskEffect.PublishExit:
                PublishInitExit();
                break;
            case TaskEffect.PublishDelete:
                Publish(new(0, _time.GetUtcNow(), TaskTopic.Delete, Id) { Pid = _init.Pid, Exit = _init.Exit });
                break;
            case TaskEffect.Answer:
                letter.Answer(default, _afterwards);
                break;
            case TaskEffect.AnswerWork:
                AnswerWork(letter);
                break;
            case TaskEffect.AwaitRemoval:
                _removals.Add(letter);
                break;
            case TaskEffect.FailRemoval:
                AnswerRemovals(removal => removal.Fail(letter.Failure!, _afterwards));
                break;
            case TaskEffect.Discard:
                Discard(letter);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(effect), effect, null);
        }
    }

    private void Publish(TaskEvent happened) => _journal.Append(happened);

    private void PublishInitExit()
    {
        _grace?.Dispose();
        _grace = null;
        Publish(new(0, _init.Exit!.At, TaskTopic.Exit, Id) { Pid = _init.Pid, Exit = _init.Exit });
        _init.Tell();
    }

    /// <summary>Ends what may still live. Nobody is waiting for an answer, and what follows must go on.</summary>
    private void KillEverything()
    {
        try
        {
            _container?.KillAll(Signal.Kill);
        }
        catch (Exception failure)
        {
            _diagnostics.Failed(Id, "kill everything in the container", failure);
        }
    }

    /// <summary>A process killed on purpose keeps its own status; else the failure decides (FailedLaunch).</summary>
    private void RecordStartFailure(Exception? failure)
    {
        _failedStart = failure;
        if (!_state.KillSent)
        {
            _init.Record(FailedLaunch.Exit(failure, _time.GetUtcNow()));
        }
        else if (_init.Exit is null)
        {
            _init.Record(new ProcessExit(KilledStatus, _time.GetUtcNow(), OomKilled: false));
        }
    }

    /// <summary>The letter at hand is the result of the work; a start that was undone failed earlier.</summary>
    private void AnswerWork(Letter result)
    {
        var wish = _workFor;
        _workFor = null;
        var failure = result.Failure;
        if (result.Task is TaskVerb.UndoDone or TaskVerb.UndoFailed)
        {
            if (failure is not null)
            {
                _diagnostics.Failed(Id, "undo a failed start", failure);
            }

            failure = _failedStart;
        }

        if (failure is not null)
        {
            wish?.Fail(Told(failure), _afterwards);
        }
        else
        {
            wish?.Answer(new ProcessResult(result.Process?.Pid ?? _init.Pid, null), _afterwards);
        }
    }

    /// <summary>A launch is cancelled by a kill only; the cancellation of whoever asks is another thing.</summary>
    private Exception Told(Exception failure) => failure is OperationCanceledException
        ? new TaskException(ErrorKind.Aborted, ErrorReason.ProcessGone, $"{Subject} was killed meanwhile", failure)
        : failure;

    private void Discard(Letter letter)
    {
        var result = new ProcessResult(
            _init.Pid, _init.Exit ?? new ProcessExit(KilledStatus, _time.GetUtcNow(), OomKilled: false));

        // First out of the registry: who has been answered may create the same id again.
        _gone(this, result);
        _init.Fail(letter.Failure is { } failure ? Told(failure) : Refusals.UnknownTask(Id));
        DiscardExecs();
        AnswerRemovals(removal => removal.Answer(result, _afterwards));
    }

    private void AnswerRemovals(Action<Letter> answer)
    {
        foreach (var removal in _removals)
        {
            answer(removal);
        }

        _removals.Clear();
    }
}
