using System.Globalization;
using ShimService.Linux.Cgroups;
using ShimService.Tasks.Ports;

namespace ShimService.Engine.Containers;

/// <summary>
/// Out-of-memory kills of a container, by the kernel's own count. Looked at whenever one of its processes has been
/// reaped, so that the container's owner hears of the kill before the exit it caused. Thread-safe.
/// Source: kernel cgroup-v1/memory.rst (memory.oom_control), cgroup-v2.rst (memory.events).
/// </summary>
internal sealed class MemoryWatch
{
    private readonly Lock _lock = new();
    private readonly IContainerObserver _observer;
    private readonly CgroupDirectory? _directory;
    private long _seen;

    public MemoryWatch(Cgroup cgroup, IContainerObserver observer)
    {
        _observer = observer;
        _directory = cgroup.Find(CgroupControllers.Memory);
        _seen = Read();
    }

    /// <summary>True when a kill has ever been seen; tells the observer about new ones first.</summary>
    public bool Check()
    {
        bool grown;
        lock (_lock)
        {
            var now = Read();
            grown = now > _seen;
            _seen = Math.Max(now, _seen);
        }

        if (grown)
        {
            _observer.OutOfMemoryKilled();
        }

        return _seen > 0;
    }

    private long Read()
    {
        const string key = "oom_kill ";
        var text = _directory?.ReadText(_directory.Hierarchy.Version == CgroupVersion.V2 ? "memory.events" : "memory.oom_control");
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            if (line.StartsWith(key, StringComparison.Ordinal))
            {
                return long.Parse(line[key.Length..], NumberStyles.None, CultureInfo.InvariantCulture);
            }
        }

        return 0;
    }
}
