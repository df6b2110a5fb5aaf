using System.Collections.Concurrent;
using ShimService.Linux;
using ShimService.Linux.Stdio;

namespace ShimService.Engine.Stdio.Loop;

/// <summary>
/// The one thread that moves the bytes of every container of this process, started by the first stream.
/// <code>
///   any thread ── Post(action) ──▶ queue ─┐
///   descriptors ── epoll (one shot) ──────┴─▶ stdio thread: watchers and actions, one at a time
/// </code>
/// Whatever a watcher or an action touches belongs to this thread, so it needs no locks.
/// </summary>
internal sealed class StdioLoop : IDisposable
{
    /// <summary>As much as a pipe holds by default: one read empties it.</summary>
    public const int BufferBytes = 64 * 1024;

    private const int StackBytes = 256 * 1024;
    private const int EventsPerWait = 64;
    private const ulong WakeUpToken = 0;

    private readonly ConcurrentQueue<Action> _posted = new();
    private readonly Dictionary<ulong, Watch> _watches = [];
    private readonly WakeUp _wakeUp = new();
    private readonly Action<Exception> _onFault;
    private readonly Lock _starting = new();
    private byte[]? _buffer;
    private Thread? _thread;
    private ulong _lastToken = WakeUpToken;
    private int _signalled;
    private volatile bool _stopping;

    /// <param name="onFault">Told of an exception that escaped a watcher: a defect of ours. The loop goes on.</param>
    public StdioLoop(Action<Exception> onFault)
    {
        _onFault = onFault;
        Epoll.AddPermanent(_wakeUp.Descriptor, WakeUpToken);
    }

    public Epoll Epoll { get; } = new();

    /// <summary>Scratch space for one transfer. Stdio thread only; nothing in it outlives the callback.</summary>
    public byte[] Buffer => _buffer ??= GC.AllocateUninitializedArray<byte>(BufferBytes, pinned: true);

    /// <summary>Runs the action on the stdio thread, after those posted before. Any thread.</summary>
    public void Post(Action action)
    {
        Start();
        _posted.Enqueue(action);
        if (Interlocked.Exchange(ref _signalled, 1) == 0)
        {
            _wakeUp.Signal();
        }
    }

    /// <summary>Runs the action on the stdio thread and completes when it has run. Any thread.</summary>
    public Task PostAsync(Action action)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(() =>
        {
            try
            {
                action();
                done.SetResult();
            }
            catch (Exception exception)
            {
                done.SetException(exception);
            }
        });
        return done.Task;
    }

    /// <summary>A place for a descriptor, at rest until armed. Stdio thread only.</summary>
    public Watch Watch(FileDescriptor descriptor, IWatcher watcher) => new(this, descriptor, watcher);

    public ulong Enlist(Watch watch)
    {
        _watches.Add(++_lastToken, watch);
        return _lastToken;
    }

    public void Delist(ulong token) => _watches.Remove(token);

    /// <summary>Stops the thread. Streams still open are not closed: their owners do that first.</summary>
    public void Dispose()
    {
        _stopping = true;
        _wakeUp.Signal();
        _thread?.Join();
        Epoll.Dispose();
        _wakeUp.Dispose();
    }

    private void Start()
    {
        if (Volatile.Read(ref _thread) is not null)
        {
            return;
        }

        lock (_starting)
        {
            if (_thread is null)
            {
                var thread = new Thread(Run, StackBytes) { IsBackground = true, Name = "stdio" };
                thread.Start();
                Volatile.Write(ref _thread, thread);
            }
        }
    }

    private void Run()
    {
        Span<ulong> tokens = stackalloc ulong[EventsPerWait];
        while (!_stopping)
        {
            var count = Epoll.Wait(tokens, timeoutMilliseconds: -1);
            foreach (var token in tokens[..count])
            {
                if (token == WakeUpToken)
                {
                    RunPosted();
                }
                else if (_watches.TryGetValue(token, out var watch))
                {
                    Guard(watch.Watcher.OnReady);
                }
            }
        }
    }

    private void RunPosted()
    {
        // Taken back before the queue is read: what is posted from here on signals again.
        _wakeUp.Reset();
        Interlocked.Exchange(ref _signalled, 0);
        for (var left = _posted.Count; left > 0 && _posted.TryDequeue(out var action); left--)
        {
            Guard(action);
        }

        if (!_posted.IsEmpty && Interlocked.Exchange(ref _signalled, 1) == 0)
        {
            _wakeUp.Signal();
        }
    }

    private void Guard(Action action)
    {
        try
        {
            action();
        }
        catch (Exception exception)
        {
            _onFault(exception);
        }
    }
}
