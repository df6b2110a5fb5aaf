using ShimService.Linux;

namespace ShimService.Shim.Serve;

/// <summary>
/// Gives memory back once after things have been quiet for a while: the heap's free pages, and the code that only
/// starting up, launching and deleting needed. A shim rests most of its life, and there is one per pod.
/// Costs about 2 ms when it happens, and a few hundred page faults from the page cache at the next launch.
/// </summary>
internal sealed class MemoryRest : IDisposable
{
    private readonly TimeSpan _after;
    private readonly TimeProvider _time;
    private readonly Action _giveBack;
    private readonly ITimer _timer;
    private long _stirredAt;
    private int _waiting;

    public MemoryRest(TimeSpan after, TimeProvider time, Action giveBack)
    {
        _giveBack = giveBack;
        _after = after;
        _time = time;
        _timer = time.CreateTimer(_ => Look(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Stirred();
    }

    /// <summary>What a shim gives back.</summary>
    public static void GiveBack()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        ProgramCode.GiveBack();
    }

    /// <summary>From any thread; as cheap as a look at the clock while the timer already runs.</summary>
    public void Stirred()
    {
        Volatile.Write(ref _stirredAt, _time.GetTimestamp());
        if (Interlocked.Exchange(ref _waiting, 1) == 0)
        {
            _timer.Change(_after, Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        var quiet = _time.GetElapsedTime(Volatile.Read(ref _stirredAt));
        if (quiet < _after)
        {
            _timer.Change(_after - quiet, Timeout.InfiniteTimeSpan);
            return;
        }

        // What comes from here on starts the next wait.
        Volatile.Write(ref _waiting, 0);
        _giveBack();
    }
}
