namespace ShimService.Daemon.Registry;

/// <summary>
/// Who is reading what a task says: its removal by itself waits until they have had it all. Any thread.
/// </summary>
internal sealed class Readers
{
    private readonly Lock _gate = new();
    private int _count;
    private TaskCompletionSource? _none;

    /// <summary>One more, until what is answered is disposed of.</summary>
    public IDisposable Enter()
    {
        lock (_gate)
        {
            _count++;
        }

        return new Reader(this);
    }

    /// <summary>Completes when there is none, at once when there is none now.</summary>
    public Task NoneAsync()
    {
        lock (_gate)
        {
            return _count == 0
                ? Task.CompletedTask
                : (_none ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    private void Leave()
    {
        lock (_gate)
        {
            if (--_count == 0)
            {
                _none?.SetResult();
                _none = null;
            }
        }
    }

    private sealed class Reader(Readers readers) : IDisposable
    {
        private int _left;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _left, 1) == 0)
            {
                readers.Leave();
            }
        }
    }
}
