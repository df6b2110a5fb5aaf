using ShimService.Linux;
using ShimService.Linux.Launch;

namespace ShimService.Engine.Reaping;

/// <summary>
/// Collects every exit of this process's children and of the orphans it is the subreaper of, and hands the known ones
/// to their owners. It never waits for an owner: an exec that stays unreaped in a pid namespace keeps the exit of the
/// namespace's init from ever arriving.
///
/// One per process: exits are a property of the process, and two that collect would take each other's.
/// </summary>
internal sealed class Reaper
{
    private const int StackSize = 256 * 1024;
    private const int MostOrphans = 1024;

    private readonly TimeProvider _time;
    private readonly Dictionary<int, TaskCompletionSource<ReapedExit>?> _known = [];
    private Dictionary<int, ReapedExit>? _orphans;
    private int _orphanKeepers;

    private Reaper(TimeProvider time)
    {
        _time = time;
        new Thread(Run, StackSize) { Name = "reaper", IsBackground = true }.Start();
    }

    public static Reaper Shared { get; } = new(TimeProvider.System);

    /// <summary>
    /// Asks for a child's exit. Called from the launch's Cloned callback, so before the exit can be missed.
    /// The task never faults; its continuations never run on the reaper's thread.
    /// </summary>
    public Task<ReapedExit> Register(int pid)
    {
        var exit = new TaskCompletionSource<ReapedExit>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_known)
        {
            _known.Add(pid, exit);
            Monitor.Pulse(_known);
        }

        return exit.Task;
    }

    /// <summary>Collects a child's exit and tells nobody: a launch's helper.</summary>
    public void Disregard(int pid)
    {
        lock (_known)
        {
            _known.Add(pid, null);
            Monitor.Pulse(_known);
        }
    }

    /// <summary>
    /// Somebody makes children of ours whose pids come later: until this is disposed of, exits of pids that nobody
    /// knows are kept for <see cref="Claim"/>. At most so many; the oldest are forgotten first.
    /// </summary>
    public OrphanKeeping KeepOrphans()
    {
        lock (_known)
        {
            _orphanKeepers++;
            _orphans ??= [];
        }

        return new OrphanKeeping(this);
    }

    /// <summary>
    /// Asks for the exit of an orphan that became ours, while <see cref="KeepOrphans"/> holds since before it could.
    /// Null when it never was ours. Errors: KernelException.
    /// </summary>
    public ClaimedOrphan? Claim(int pid)
    {
        // Nobody is collected under the lock: a pid that is ours now names the same process until it is registered.
        lock (_known)
        {
            if (_known.ContainsKey(pid))
            {
                return null;
            }

            if (Children.Has(pid))
            {
                _orphans?.Remove(pid);
                return new ClaimedOrphan(pid, PidFds.Open(pid), Register(pid));
            }

            return _orphans is not null && _orphans.Remove(pid, out var exit)
                ? new ClaimedOrphan(pid, null, Task.FromResult(exit))
                : null;
        }
    }

    internal void ForgetOrphans()
    {
        lock (_known)
        {
            if (--_orphanKeepers == 0)
            {
                _orphans = null;
            }
        }
    }

    private void Run()
    {
        while (true)
        {
            if (Children.WaitForAny() is { } exit)
            {
                Collect(exit);
            }
            else
            {
                AwaitChild();
            }
        }
    }

    // Without a single child there is nobody whose orphan could come: the next one is one that gets registered.
    private void AwaitChild()
    {
        lock (_known)
        {
            while (_known.Count == 0)
            {
                Monitor.Wait(_known);
            }
        }
    }

    private void Collect(ChildExit exit)
    {
        // One that nobody knows is a helper's child, whose launch takes it over now; or one whose clone is not done
        // being told; or an orphan.
        if (!TryTake(exit.Pid, out var owner) && !(Launcher.Adopt(exit.Pid) && TryTake(exit.Pid, out owner)))
        {
            Launcher.AwaitClones();
            if (CollectOrphan(exit, out owner))
            {
                return;
            }
        }

        var at = _time.GetUtcNow();
        _ = Children.Collect(exit.Pid);
        owner?.SetResult(new ReapedExit(exit.Status, at));
    }

    // In one with the look at who is known: whoever claims it comes before both or after both.
    private bool CollectOrphan(ChildExit exit, out TaskCompletionSource<ReapedExit>? owner)
    {
        lock (_known)
        {
            if (_known.Remove(exit.Pid, out owner) || _orphans is null)
            {
                return false;
            }

            if (_orphans.Count == MostOrphans)
            {
                foreach (var oldest in _orphans.Keys)
                {
                    _orphans.Remove(oldest);
                    break;
                }
            }

            _orphans[exit.Pid] = new ReapedExit(exit.Status, _time.GetUtcNow());
            _ = Children.Collect(exit.Pid);
            return true;
        }
    }

    private bool TryTake(int pid, out TaskCompletionSource<ReapedExit>? owner)
    {
        lock (_known)
        {
            return _known.Remove(pid, out owner);
        }
    }
}
