using ShimService.Tasks.Lifecycle;
using ShimService.Tasks.Ports;

namespace ShimService.Tasks.Supervision;

internal sealed partial class LiveTask
{
    private Letter? _workFor;
    private CancellationTokenSource? _abort;
    private DateTimeOffset _workBegan;
    private Exception? _failedStart;
    private bool _stdioClosed;

    private void Begin(TaskWork work, Letter wish, LiveExec? exec)
    {
        _workFor = wish;
        _workBegan = _time.GetUtcNow();
        _abort?.Dispose();
        _abort = new CancellationTokenSource();
        var abort = _abort.Token;
        // Off the mailbox: the engine may compute before it first waits, and a kill must be read meanwhile.
        _afterwards.Add(() => _ = WorkAsync(work, wish, exec, abort));
    }

    /// <summary>One work of the engine. Its result comes back as a letter, whatever happens.</summary>
    private async Task WorkAsync(TaskWork work, Letter wish, LiveExec? exec, CancellationToken abort)
    {
        Letter result;
        try
        {
            result = await DoAsync(work, wish, exec, abort);
        }
        catch (Exception failure)
        {
            result = Letter.Failed(FailureOf(work), exec, failure);
        }

        Post(result);
    }

    private async Task<Letter> DoAsync(TaskWork work, Letter wish, LiveExec? exec, CancellationToken abort)
    {
        switch (work)
        {
            case TaskWork.Create:
                return Letter.Created(await _engine.CreateAsync(_request, this, abort));
            case TaskWork.Start:
                await _container!.StartAsync(abort);
                return Letter.Done(TaskVerb.StartDone);
            case TaskWork.Pause:
                await _container!.PauseAsync(abort);
                return Letter.Done(TaskVerb.PauseDone);
            case TaskWork.Resume:
                await _container!.ResumeAsync(abort);
                return Letter.Done(TaskVerb.ResumeDone);
            case TaskWork.Update:
                await _container!.UpdateAsync(wish.Resources, abort);
                return Letter.Done(TaskVerb.UpdateDone);
            case TaskWork.ExecLaunch:
                return Letter.Launched(exec!, await _container!.ExecAsync(exec!.Request, abort));
            case TaskWork.Undo:
                await _container!.DeleteAsync();
                await CloseStdioAsync();
                return Letter.Done(TaskVerb.UndoDone);
            case TaskWork.Remove:
                await RemoveAsync();
                return Letter.Done(TaskVerb.RemoveDone);
            case TaskWork.None:
            default:
                throw new ArgumentOutOfRangeException(nameof(work), work, null);
        }
    }

    private static TaskVerb FailureOf(TaskWork work) => work switch
    {
        TaskWork.Create => TaskVerb.CreateFailed,
        TaskWork.Start => TaskVerb.StartFailed,
        TaskWork.Pause => TaskVerb.PauseFailed,
        TaskWork.Resume => TaskVerb.ResumeFailed,
        TaskWork.Update => TaskVerb.UpdateFailed,
        TaskWork.ExecLaunch => TaskVerb.ExecLaunchFailed,
        TaskWork.Undo => TaskVerb.UndoFailed,
        TaskWork.Remove => TaskVerb.RemoveFailed,
        _ => throw new ArgumentOutOfRangeException(nameof(work), work, null),
    };

    private async Task RemoveAsync()
    {
        await DrainAsync(_init);
        await CloseStdioAsync();
        if (!_snapshot.State.Removed)
        {
            await _container!.DeleteAsync();
        }
    }

    private async Task CloseStdioAsync()
    {
        if (_stdioClosed)
        {
            return;
        }

        _stdioClosed = true;
        List<LiveExec> execs;
        lock (_execsGate)
        {
            execs = [.. _execs.Values];
        }

        foreach (var exec in execs)
        {
            await CloseAsync(exec.Slot);
        }

        await CloseAsync(_init);
    }

    private async Task CloseExecAsync(LiveExec exec)
    {
        await DrainAsync(exec.Slot);
        await CloseAsync(exec.Slot);
        Post(Letter.Closed(exec));
    }

    /// <summary>Output may still be on its way to a reader; the close that follows ends what is not.</summary>
    private Task DrainAsync(ProcessSlot slot) => slot.Process is { } process
        ? OutputDrain.WaitAsync(process.Stdio, slot.Exit?.At, _options, _time)
        : Task.CompletedTask;

    private async Task CloseAsync(ProcessSlot slot)
    {
        if (slot.Process is { } process)
        {
            try
            {
                await process.Stdio.CloseAsync();
            }
            catch (Exception failure)
            {
                _diagnostics.Failed(Id, "close stdio", failure);
            }
        }
    }

    private async Task WatchExitAsync(IProcess process, LiveExec? exec) =>
        Post(Letter.Exited(exec, await process.Exited));
}
