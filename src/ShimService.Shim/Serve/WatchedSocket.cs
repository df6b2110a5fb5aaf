using System.Net.Sockets;
using System.Threading.Tasks.Sources;
using ShimService.Linux.Stdio;
using ShimService.Rpc;

namespace ShimService.Shim.Serve;

/// <summary>One socket of <see cref="ReceiveThreads"/>: at rest, or armed for one wait.</summary>
internal sealed class WatchedSocket(ReceiveThreads owner, Epoll epoll, SafeSocketHandle socket, ulong token)
    : IReadable, IValueTaskSource
{
    // Not asynchronously: whoever fires it goes on with the receive loop.
    private ManualResetValueTaskSourceCore<bool> _ready;
    private readonly Lock _lock = new();
    private bool _armed;
    private bool _disposed;

    public ValueTask WaitAsync()
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            _ready.Reset();
            _armed = true;
            epoll.Arm(socket, Readiness.Readable, token);
            return new ValueTask(this, _ready.Version);
        }
    }

    /// <summary>Ends the wait, if there is one; the waiting loop goes on before this returns.</summary>
    public void Fire()
    {
        lock (_lock)
        {
            if (!_armed)
            {
                return;
            }

            _armed = false;
        }

        _ready.SetResult(true);
    }

    /// <summary>The loop that waits finds it disposed when it waits again.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            epoll.Remove(socket);
        }

        owner.Forget(token);
        Fire();
    }

    void IValueTaskSource.GetResult(short version) => _ready.GetResult(version);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short version) => _ready.GetStatus(version);

    void IValueTaskSource.OnCompleted(
        Action<object?> continuation, object? state, short version, ValueTaskSourceOnCompletedFlags flags) =>
        _ready.OnCompleted(continuation, state, version, flags);
}
