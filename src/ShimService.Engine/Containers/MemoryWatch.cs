using ShimService.Engine.Statistics;
using ShimService.Linux.Cgroups;
using ShimService.Tasks.Ports;

namespace ShimService.Engine.Containers;

/// <summary>
/// Out-of-memory kills of a container, by the kernel's own count. Looked at when the kernel gives notice, and whenever
/// one of its processes has been reaped, so that the container's owner hears of the kill before the exit it caused.
/// Thread-safe.
/// Source: kernel cgroup-v1/memory.rst (memory.oom_control), cgroup-v2.rst (memory.events).
/// </summary>
internal sealed class MemoryWatch : IDisposable
{
    private readonly Lock _lock = new();
    private readonly IContainerObserver _observer;
    private readonly Cgroup _cgroup;
    private readonly ulong _before;
    private readonly IDisposable? _notices;
    private ulong _seen;

    public MemoryWatch(Cgroup cgroup, IContainerObserver observer, OutOfMemoryNotices notices)
    {
        _observer = observer;
        _cgroup = cgroup;
        // What happens from its making on counts, before this watch began too.
        _before = cgroup.IsFresh ? 0 : ContainerStatsReader.ReadOomKills(cgroup);
        _seen = _before;
        _notices = notices.Watch(cgroup, () => Check());
    }

    /// <summary>True when a kill has ever been seen; tells the observer about new ones first.</summary>
    public bool Check()
    {
        // The observer is told under the lock: who finds the count unchanged may rely on the news being out.
        lock (_lock)
        {
            var now = ContainerStatsReader.ReadOomKills(_cgroup);
            if (now > _seen)
            {
                _seen = now;
                _observer.OutOfMemoryKilled();
            }

            return _seen > _before;
        }
    }

    public void Dispose() => _notices?.Dispose();
}
