using System.Globalization;
using ShimService.Rpc;
using ShimService.Tasks.Events;
using ShimService.Tasks.Journal;

namespace ShimService.Shim.Forward;

/// <summary>
/// Carries the journal to its receiver, in order, each event until it is taken. An event that is sent twice was taken
/// once without our hearing of it. One loop; <see cref="IsDone"/> from any thread.
/// </summary>
internal sealed class EventForwarder(
    IJournal journal, IEventReceiver receiver, Action<string> log, ForwardOptions options, TimeProvider time)
{
    private const int AtOnce = 32;
    private readonly Lock _gate = new();
    private TaskCompletionSource? _caughtUp;
    private ulong _taken;

    /// <summary>True when nothing waits to be taken.</summary>
    public bool IsDone
    {
        get
        {
            lock (_gate)
            {
                return _taken >= journal.Last;
            }
        }
    }

    /// <summary>Until it is told to stop.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            while (true)
            {
                await journal.WaitAfterAsync(_taken, stop);
                await ForwardAsync(stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // What is left lies in the journal.
        }
    }

    /// <summary>Everything the journal holds now. Errors: OperationCanceledException.</summary>
    public async Task ForwardAsync(CancellationToken stop)
    {
        while (journal.ReadAfter(_taken, AtOnce) is { Count: > 0 } events)
        {
            foreach (var happened in events)
            {
                await DeliverAsync(happened, stop);
                Taken(happened.Sequence);
            }
        }

        // The newest sequences may have been acknowledged by an earlier shim.
        Taken(journal.Last);
    }

    /// <summary>Completes when everything that has happened by now is taken.</summary>
    public Task WaitUntilDoneAsync(TimeSpan limit)
    {
        lock (_gate)
        {
            if (_taken >= journal.Last)
            {
                return Task.CompletedTask;
            }

            _caughtUp ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _caughtUp.Task.WaitAsync(limit, time);
        }
    }

    private void Taken(ulong sequence)
    {
        journal.Acknowledge(sequence);
        TaskCompletionSource? caughtUp = null;
        lock (_gate)
        {
            _taken = Math.Max(_taken, sequence);
            if (_taken >= journal.Last)
            {
                (caughtUp, _caughtUp) = (_caughtUp, null);
            }
        }

        caughtUp?.TrySetResult();
    }

    private async Task DeliverAsync(TaskEvent happened, CancellationToken stop)
    {
        var wait = options.FirstWait;
        var since = time.GetTimestamp();
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await receiver.SendAsync(happened, stop);
                if (attempt > 1)
                {
                    log(string.Create(
                        CultureInfo.InvariantCulture,
                        $"events are taken again after {time.GetElapsedTime(since).TotalSeconds:F1} s"));
                }

                return;
            }
            catch (RpcException failure) when (ForwardFailure.IsFinal(failure.Code))
            {
                log($"event {happened.Sequence} ({happened.Topic} of {happened.Container}) is refused for good, passed "
                    + $"over: {failure.Code}: {failure.Message}");
                return;
            }
            catch (RpcException failure)
            {
                if (attempt == 1)
                {
                    log($"events wait for their receiver: {failure.Code}: {failure.Message}");
                }
            }

            await Task.Delay(wait, time, stop);
            wait = wait * 2 < options.LongestWait ? wait * 2 : options.LongestWait;
        }
    }
}
