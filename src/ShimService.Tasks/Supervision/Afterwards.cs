using System.Collections.Concurrent;

namespace ShimService.Tasks.Supervision;

/// <summary>
/// What the letters of a mailbox leave to do once it is free again: answers, which run the asker's code, and works of
/// the engine, which may compute for long. The thread that fed the mailbox does it, as soon as the mailbox waits for
/// its next letter: a thread switch less for every answer and every work. Thread-safe.
/// </summary>
internal sealed class Afterwards
{
    [ThreadStatic]
    private static int _feeding;

    private readonly ConcurrentQueue<Action> _actions = new();

    /// <summary>By the mailbox, in the order of its decisions. Must not throw when it is run.</summary>
    public void Add(Action action) => _actions.Enqueue(action);

    /// <summary>
    /// Feeds the mailbox, which handles the letter before <paramref name="feed"/> returns unless another thread is at
    /// it, and does what is left to do, or has a pool thread do it <paramref name="elsewhere"/>.
    /// </summary>
    public T Feed<TState, T>(TState state, Func<TState, T> feed, bool elsewhere = false)
    {
        T fed;
        _feeding++;
        try
        {
            fed = feed(state);
        }
        finally
        {
            _feeding--;
        }

        if (elsewhere)
        {
            Leave();
        }
        else
        {
            Run();
        }

        return fed;
    }

    /// <summary>
    /// By the mailbox, before it waits: when nobody feeds it on this thread, a pool thread does the rest.
    /// </summary>
    public void Settle()
    {
        if (_feeding == 0)
        {
            Leave();
        }
    }

    private void Leave()
    {
        if (!_actions.IsEmpty)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static afterwards => afterwards.Run(), this, preferLocal: true);
        }
    }

    private void Run()
    {
        while (_actions.TryDequeue(out var action))
        {
            action();
        }
    }
}
