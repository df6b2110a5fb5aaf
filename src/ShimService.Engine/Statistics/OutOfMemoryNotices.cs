using ShimService.Linux.Cgroups;
using ShimService.Linux.Stdio;

namespace ShimService.Engine.Statistics;

/// <summary>
/// Hears from the kernel when containers run out of memory. One thread for all of them, started by the first; one
/// descriptor a container: on v2 its memory.events file, on v1 an eventfd the kernel signals.
/// <code>
///   kernel ── notice ──▶ epoll ──▶ memory thread ── check() ──▶ reads the count, tells the owner
/// </code>
/// Any thread may watch and stop watching.
/// </summary>
internal sealed class OutOfMemoryNotices : IDisposable
{
    private const int StackBytes = 128 * 1024;
    private const ulong StopToken = 0;

    // v1 gives notice before the kernel has chosen whom to kill: the count grows a little later.
    private static readonly int[] LooksAfterNotice = [1, 4, 20, 100, 500];

    private readonly Lock _lock = new();
    private readonly Epoll _epoll = new();
    private readonly WakeUp _stop = new();
    private readonly Dictionary<ulong, Watched> _watched = [];
    private readonly List<(Watched Watched, int Looks, long At)> _again = [];
    private Thread? _thread;
    private ulong _lastToken = StopToken;
    private volatile bool _stopping;

    public OutOfMemoryNotices() => _epoll.AddPermanent(_stop.Descriptor, StopToken);

    /// <summary>
    /// Calls <paramref name="check"/> on the memory thread whenever the count of kills may have grown, until disposed;
    /// it may be called once more while that happens. Null where the host counts no kills.
    /// </summary>
    public IDisposable? Watch(Cgroup cgroup, Action check)
    {
        OutOfMemorySource? source = OutOfMemorySource.Open(cgroup);
        if (source is null)
        {
            return null;
        }

        lock (_lock)
        {
            Watched watched = new(this, ++_lastToken, source, check);
            _watched.Add(watched.Token, watched);
            source.AddTo(_epoll, watched.Token);
            if (_thread is null)
            {
                _thread = new Thread(Run, StackBytes) { IsBackground = true, Name = "memory" };
                _thread.Start();
            }

            return watched;
        }
    }

    public void Dispose()
    {
        _stopping = true;
        _stop.Signal();
        _thread?.Join();
        foreach (Watched watched in _watched.Values)
        {
            watched.Source.Dispose();
        }

        _epoll.Dispose();
        _stop.Dispose();
    }

    private void Run()
    {
        Span<ulong> tokens = stackalloc ulong[16];
        while (!_stopping)
        {
            int count = _epoll.Wait(tokens, NextLook());
            for (int i = 0; i < count; i++)
            {
                Watched? watched;
                lock (_lock)
                {
                    _watched.TryGetValue(tokens[i], out watched);
                    watched?.Source.Reset();
                }

                if (watched is not null)
                {
                    watched.Check();
                    AddLook(watched, 0);
                }
            }

            LookAgain();
        }
    }

    private void AddLook(Watched watched, int looks)
    {
        if (watched.Source.ComesEarly && looks < LooksAfterNotice.Length)
        {
            _again.RemoveAll(other => other.Watched == watched);
            _again.Add((watched, looks, Environment.TickCount64 + LooksAfterNotice[looks]));
        }
    }

    private int NextLook()
    {
        long next = long.MaxValue;
        foreach ((_, _, long at) in _again)
        {
            next = Math.Min(next, at);
        }

        return next == long.MaxValue ? -1 : (int)Math.Max(0, next - Environment.TickCount64);
    }

    private void LookAgain()
    {
        long now = Environment.TickCount64;
        foreach ((Watched watched, int looks, long at) in _again.ToArray())
        {
            if (at <= now)
            {
                watched.Check();
                _again.RemoveAll(other => other.Watched == watched);
                AddLook(watched, looks + 1);
            }
        }
    }

    private void Forget(Watched watched)
    {
        lock (_lock)
        {
            if (_watched.Remove(watched.Token))
            {
                _epoll.Remove(watched.Source.Descriptor);
                watched.Source.Dispose();
            }
        }
    }

    private sealed class Watched(OutOfMemoryNotices owner, ulong token, OutOfMemorySource source, Action check)
        : IDisposable
    {
        public ulong Token { get; } = token;

        public OutOfMemorySource Source { get; } = source;

        public void Check() => check();

        public void Dispose() => owner.Forget(this);
    }
}
