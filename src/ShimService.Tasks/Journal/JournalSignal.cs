namespace ShimService.Tasks.Journal;

/// <summary>Wakes those who wait for a journal to grow. Costs nothing while nobody waits.</summary>
public sealed class JournalSignal
{
    private readonly Lock _gate = new();
    private TaskCompletionSource? _next;
    private ulong _last;

    /// <summary>The journal has grown to <paramref name="sequence"/>.</summary>
    public void Grew(ulong sequence)
    {
        TaskCompletionSource? next;
        lock (_gate)
        {
            _last = sequence;
            next = _next;
            _next = null;
        }

        next?.TrySetResult();
    }

    public async Task WaitAfterAsync(ulong sequence, CancellationToken cancel)
    {
        while (true)
        {
            Task grown;
            lock (_gate)
            {
                if (_last > sequence)
                {
                    return;
                }

                _next ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                grown = _next.Task;
            }

            await grown.WaitAsync(cancel);
        }
    }
}
