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

    private readonly TimeProvider _time;
    private readonly Dictionary<int, TaskCompletionSource<ReapedExit>?> _known = [];

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
            _ = TryTake(exit.Pid, out owner);
        }

        var at = _time.GetUtcNow();
        _ = Children.Collect(exit.Pid);
        owner?.SetResult(new ReapedExit(exit.Status, at));
    }

    private bool TryTake(int pid, out TaskCompletionSource<ReapedExit>? owner)
    {
        lock (_known)
        {
            return _known.Remove(pid, out owner);
        }
    }
}
