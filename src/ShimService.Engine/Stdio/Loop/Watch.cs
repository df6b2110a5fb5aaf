using ShimService.Linux;
using ShimService.Linux.Stdio;

namespace ShimService.Engine.Stdio.Loop;

/// <summary>
/// One descriptor's place in the loop. Stdio thread only. Dispose it before the descriptor: the kernel forgets a
/// descriptor by itself only when every process that shares its open file has closed it.
/// </summary>
internal sealed class Watch : IDisposable
{
    private readonly StdioLoop _loop;
    private readonly FileDescriptor _descriptor;
    private readonly bool _alwaysReady;
    private bool _disposed;

    public Watch(StdioLoop loop, FileDescriptor descriptor, IWatcher watcher)
    {
        _loop = loop;
        _descriptor = descriptor;
        Watcher = watcher;
        Token = loop.Enlist(this);
        _alwaysReady = !loop.Epoll.TryAdd(descriptor, Token);
    }

    public IWatcher Watcher { get; }

    public ulong Token { get; }

    /// <summary>Calls the watcher once, when the descriptor is ready.</summary>
    public void Arm(Readiness readiness)
    {
        if (_alwaysReady)
        {
            _loop.Post(Fire);
        }
        else
        {
            _loop.Epoll.Arm(_descriptor, readiness, Token);
        }
    }

    /// <summary>Calls the watcher at every change; for a terminal that may be opened again.</summary>
    public void ArmForChanges()
    {
        if (!_alwaysReady)
        {
            _loop.Epoll.ArmForChanges(_descriptor, Token);
        }
    }

    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        _loop.Delist(Token);
        if (!_alwaysReady)
        {
            _loop.Epoll.Remove(_descriptor);
        }
    }

    private void Fire()
    {
        if (!_disposed)
        {
            Watcher.OnReady();
        }
    }
}
