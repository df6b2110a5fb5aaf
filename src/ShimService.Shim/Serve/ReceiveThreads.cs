using System.Net.Sockets;
using ShimService.Linux.Errors;
using ShimService.Linux.Stdio;
using ShimService.Rpc;

namespace ShimService.Shim.Serve;

/// <summary>
/// A few threads that wait on one epoll instance for requests. The one that is woken receives the request and runs it
/// too, while the others wait for the next: a call costs one wake-up. When the last waiting thread has received
/// something, the pool runs it, so that somebody always waits. Any thread.
/// </summary>
internal sealed class ReceiveThreads : IReceiver, IDisposable
{
    private const ulong EndToken = 0;

    // One to work and one to wait: what comes meanwhile is the pool's.
    private const int Threads = 2;
    private const int StackSize = 1024 * 1024;

    [ThreadStatic]
    private static ReceiveThreads? _current;

    [ThreadStatic]
    private static IThreadPoolWorkItem? _kept;

    private readonly Epoll _epoll = new();
    private readonly WakeUp _end = new();
    private readonly Lock _lock = new();
    private readonly Dictionary<ulong, WatchedSocket> _watched = [];
    private readonly Thread[] _threads = new Thread[Threads];
    private ulong _lastToken = EndToken;
    private int _waiting;
    private volatile bool _ended;

    public ReceiveThreads()
    {
        _epoll.AddPermanent(_end.Descriptor, EndToken);
        for (var i = 0; i < Threads; i++)
        {
            _threads[i] = new Thread(Run, StackSize) { IsBackground = true, Name = "receive" };
            _threads[i].Start();
        }
    }

    public IReadable Add(Socket socket)
    {
        lock (_lock)
        {
            var token = ++_lastToken;
            try
            {
                _epoll.TryAdd(socket.SafeHandle, token);
            }
            catch (KernelException full)
            {
                throw new SocketException((int)SocketError.NoBufferSpaceAvailable, full.Message);
            }

            var watched = new WatchedSocket(this, _epoll, socket.SafeHandle, token);
            _watched.Add(token, watched);
            return watched;
        }
    }

    public bool TryKeep(IThreadPoolWorkItem work)
    {
        if (_current != this || _kept is not null)
        {
            return false;
        }

        _kept = work;
        return true;
    }

    /// <summary>Ends the threads. The connections have ended before.</summary>
    public void Dispose()
    {
        _ended = true;
        _end.Signal();
        foreach (var thread in _threads)
        {
            if (thread != Thread.CurrentThread)
            {
                thread.Join();
            }
        }

        _epoll.Dispose();
        _end.Dispose();
    }

    internal void Forget(ulong token)
    {
        lock (_lock)
        {
            _watched.Remove(token);
        }
    }

    private void Run()
    {
        _current = this;
        Span<ulong> tokens = stackalloc ulong[1];
        while (!_ended)
        {
            Interlocked.Increment(ref _waiting);
            var count = _epoll.Wait(tokens, Timeout.Infinite);
            var othersWait = Interlocked.Decrement(ref _waiting) > 0;
            if (count == 0 || tokens[0] == EndToken)
            {
                continue;
            }

            Find(tokens[0])?.Fire();
            if (_kept is { } work)
            {
                _kept = null;
                if (othersWait)
                {
                    work.Execute();
                }
                else
                {
                    ThreadPool.UnsafeQueueUserWorkItem(work, preferLocal: false);
                }
            }
        }
    }

    private WatchedSocket? Find(ulong token)
    {
        lock (_lock)
        {
            return _watched.GetValueOrDefault(token);
        }
    }
}
