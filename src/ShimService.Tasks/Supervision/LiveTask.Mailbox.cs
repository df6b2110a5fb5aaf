using System.Threading.Channels;
using ShimService.Tasks.Lifecycle;

namespace ShimService.Tasks.Supervision;

internal sealed partial class LiveTask
{
    private readonly Queue<Letter> _waiting = new();
    private TaskState _state = TaskState.Initial;

    /// <summary>Begins the task's life. Called once, by the manager.</summary>
    public void Open(Letter create) => _afterwards.Feed((this, create), static opened =>
    {
        var (task, create) = opened;
        task.Begin(TaskWork.Create, create, null);
        return task.ReadAsync();
    });

    // Until the task is gone.
    private async Task ReadAsync()
    {
        while (_state.Phase != TaskPhase.Deleted)
        {
            // Nobody completes the channel before the task is deleted. Whatever context a letter comes from, it is
            // handled where it comes from.
            var letter = await _letters.Reader.ReadAsync().ConfigureAwait(false);
            Handle(letter);
            ServeWaiting();
            _afterwards.Settle();
        }

        // From here on senders are refused by the channel; who was faster is refused by the table.
        _letters.Writer.Complete();
        while (_letters.Reader.TryRead(out var late))
        {
            Handle(late);
        }

        _afterwards.Settle();
        Dispose();
    }

    /// <summary>Results and facts: in order, never dropped. A task that is gone has no use for them.</summary>
    private void Post(Letter letter, bool elsewhere = false)
    {
        if (!_afterwards.Feed((_letters.Writer, letter), static fed => fed.Writer.TryWrite(fed.letter), elsewhere))
        {
            // Full: senders that wait keep their order. Closed: the task is gone.
            _ = PostLaterAsync(letter);
        }
    }

    private async Task PostLaterAsync(Letter letter)
    {
        try
        {
            await FeedAsync(letter, CancellationToken.None);
        }
        catch (ChannelClosedException)
        {
            // The task is gone, and what happened to its processes has been told.
        }
    }

    private ValueTask FeedAsync(Letter letter, CancellationToken cancel) => _afterwards.Feed(
        (_letters.Writer, letter, cancel), static fed => fed.Writer.WriteAsync(fed.letter, fed.cancel));

    private void Handle(Letter letter)
    {
        try
        {
            if (letter is { Exec: { } verb })
            {
                HandleExec(letter, verb);
            }
            else if (letter.Task is TaskVerb.ExecStart)
            {
                HandleExecStart(letter);
            }
            else
            {
                HandleTask(letter, letter.Task!.Value);
            }
        }
        catch (Exception failure)
        {
            letter.Fail(failure, _afterwards);
            if (failure is not Errors.TaskException)
            {
                _diagnostics.Failed(Id, letter.Task?.ToString() ?? letter.Exec.ToString()!, failure);
            }
        }
    }

    private void HandleTask(Letter letter, TaskVerb verb)
    {
        Absorb(letter, verb);
        var decision = TaskLifecycle.Decide(_state, verb);
        switch (decision.Kind)
        {
            case DecisionKind.Accept:
                Enter(decision.Next);
                foreach (var effect in decision.Effects)
                {
                    Carry(effect, letter);
                }

                break;
            case DecisionKind.Wait:
                Queue(letter, verb == TaskVerb.OutOfMemory ? null : Refusals.Verb(verb));
                break;
            case DecisionKind.Deny:
                letter.Fail(
                    Refusals.Of(decision.Reason, Subject, _state.StatusOfRefusal, Refusals.Verb(verb)), _afterwards);
                break;
            case DecisionKind.Ignore:
                break;
            default:
                throw new InvalidOperationException($"unknown decision {decision.Kind}");
        }
    }

    private void Enter(TaskState next)
    {
        _state = next;
        Refresh();
    }

    private void Refresh() => _snapshot = new Snapshot(_state, _createdAt, _oomKilled);

    /// <summary>A fact has no verb, and always finds room.</summary>
    private void Queue(Letter letter, string? verb)
    {
        if (verb is not null && _waiting.Count >= _options.MaximumWaiting)
        {
            letter.Fail(Refusals.TooManyWaiting(Subject, verb, _options.MaximumWaiting), _afterwards);
            return;
        }

        _waiting.Enqueue(letter);
    }

    /// <summary>Asks again, once each and in order; who must still wait goes back to where they stood.</summary>
    private void ServeWaiting()
    {
        if (_state.IsBusy)
        {
            return;
        }

        for (var count = _waiting.Count; count > 0; count--)
        {
            Handle(_waiting.Dequeue());
        }
    }
}
