namespace ShimService.Shim.Serve;

/// <summary>
/// Ends a shim nobody has a use for: no task and no connection for a while. Looks at the clock only while nobody is
/// connected. Source: containerd #12344, shims that stayed because the one Shutdown came too early.
/// </summary>
internal sealed class IdleWatch : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly Func<int> _tasks;
    private readonly TimeSpan _limit;
    private readonly TimeProvider _time;
    private readonly Action _idle;
    private readonly ITimer _timer;
    private int _connections;
    private long _busyAt;

    public IdleWatch(Func<int> tasks, TimeSpan limit, TimeProvider time, Action idle)
    {
        _tasks = tasks;
        _limit = limit;
        _time = time;
        _idle = idle;
        _busyAt = time.GetTimestamp();
        _timer = time.CreateTimer(_ => Look(), null, Interval, Interval);
    }

    public int Connections => Volatile.Read(ref _connections);

    /// <summary>From any thread.</summary>
    public void ConnectionsChanged(int connections)
    {
        lock (_gate)
        {
            _connections = connections;
            _busyAt = _time.GetTimestamp();
            var interval = connections == 0 ? Interval : Timeout.InfiniteTimeSpan;
            _timer.Change(interval, interval);
        }
    }

    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        lock (_gate)
        {
            if (_connections > 0 || _tasks() > 0)
            {
                _busyAt = _time.GetTimestamp();
                return;
            }

            if (_time.GetElapsedTime(_busyAt) < _limit)
            {
                return;
            }
        }

        _idle();
    }
}
