using ShimService.Linux.Errors;
using ShimService.Linux.Native;
using ShimService.Linux.Stdio;

namespace ShimService.Linux.Launch;

/// <summary>
/// A launch in two processes (<see cref="PlanBuilder.HandOver"/>).
/// <code>
/// spawner ── clone3 ──▶ helper ── cgroups, namespaces, credentials ──▶ clone(PARENT|VFORK) ──▶ child ── execve
///                         └─ waits in clone until the child has executed or died; then ends
/// </code>
/// The kernel writes the child's pid into a page of the helper and of this process before the child runs, so whoever
/// comes first takes the child over: the watcher, at the helper's end, or the reaper, when the child is dead by then.
/// The child is ours and cannot be reaped before, so its pid is its own until its pidfd is open.
/// </summary>
public sealed partial class LaunchedProcess
{
    private readonly Lock _adoption = new();
    private bool _adopted;
    private bool _killed;
    private bool _helperEnded;
    private LaunchFailure? _unknown;

    /// <summary>
    /// The process that runs the plan's operations up to the last rendezvous: where the descriptors it keeps are.
    /// </summary>
    public FileDescriptor Runner => HasHelper ? HelperFd : PidFd;

    internal bool HasHelper { get; }

    /// <summary>The helper's pidfd, which tells its end. Closed by then.</summary>
    internal FileDescriptor HelperFd { get; private set; } = new();

    /// <summary>What the watcher knows the helper's pidfd by; 0 before there is one.</summary>
    internal ulong HelperToken { get; set; }

    /// <summary>The helper's child, taken over or not; 0 when there is none.</summary>
    internal int ChildPid
    {
        get
        {
            lock (_adoption)
            {
                return _helperEnded ? Pid : Progress.ChildPid;
            }
        }
    }

    /// <summary>Takes the child over if it has this pid. Any thread.</summary>
    internal bool AdoptIf(int pid)
    {
        lock (_adoption)
        {
            return !_adopted && !_helperEnded && Progress.ChildPid == pid && Adopt(pid);
        }
    }

    /// <summary>The helper has ended. On the watcher thread.</summary>
    internal void HelperEnded()
    {
        lock (_adoption)
        {
            if (!_adopted && Progress.ChildPid is > 0 and var pid && Adopt(pid) && _killed)
            {
                _ = PidFds.Signal(PidFd, 9);
            }

            _helperEnded = true;
            HelperFd.Dispose();
        }

        HandOvers.Remove(this);

        Ended();
    }

    /// <summary>The helper has closed its end of the socket, or ended: nothing more comes from there.</summary>
    internal void SyncEnded()
    {
        lock (_lock)
        {
            Sync.Dispose();
        }
    }

    // Before there is a child to be known of, the helper dies for it, and a child it has made follows at its end.
    private bool KillEither(int signal)
    {
        lock (_adoption)
        {
            if (_adopted)
            {
                return PidFds.Signal(PidFd, signal);
            }

            _killed = true;
            return !_helperEnded && PidFds.Signal(HelperFd, 9);
        }
    }

    // Under _adoption.
    private bool Adopt(int pid)
    {
        _adopted = true;
        try
        {
            PidFd = OtherProcess.Open(pid);
        }
        catch (KernelException exception)
        {
            // Without a pidfd nobody can own it. It is our child and unreaped: the number is still its own.
            _ = NativePidfd.Call(SystemCalls.Number(SystemCall.Kill), pid, 9, 0);
            _unknown = new LaunchFailure("open the process's pidfd", "launch", exception.Call, exception.Errno, "",
                LaunchHints.For(SystemCall.PidfdOpen, exception.Errno));
            return false;
        }

        Pid = pid;
        Start.Cloned?.Invoke(this);
        return true;
    }
}
