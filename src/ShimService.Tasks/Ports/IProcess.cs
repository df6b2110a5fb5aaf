using ShimService.Tasks.Values;

namespace ShimService.Tasks.Ports;

/// <summary>A launched process, held by pidfd. Every member may be called from any thread.</summary>
public interface IProcess
{
    Pid Pid { get; }

    /// <summary>
    /// Completes when the process has been reaped and readers that are there have, for a moment, taken its output; the
    /// time in it is that of the reaping. Never faults, never cancelled.
    /// What follows it must not run on the reaper's thread (TaskCreationOptions.RunContinuationsAsynchronously).
    /// </summary>
    Task<ProcessExit> Exited { get; }

    IProcessStdio Stdio { get; }

    /// <summary>Signals exactly this process; a process that has exited is an answer, not an error.</summary>
    SignalOutcome Kill(Signal signal);
}
