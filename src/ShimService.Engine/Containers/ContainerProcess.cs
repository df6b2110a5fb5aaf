using ShimService.Engine.Reaping;
using ShimService.Engine.Stdio;
using ShimService.Tasks.Ports;
using ShimService.Tasks.Values;

namespace ShimService.Engine.Containers;

/// <summary>
/// A process of a container, from before its program runs. Holds the pidfd until the process has been reaped.
/// </summary>
internal class ContainerProcess : IProcess
{
    private readonly Lock _lock = new();
    private readonly Func<int, bool> _send;
    private readonly Action _release;
    private readonly ProcessStdio _stdio;
    private readonly TaskCompletionSource<ProcessExit> _exited =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    private bool _parked;
    private bool _reaped;

    /// <param name="pid">Its number.</param>
    /// <param name="send">Sends a signal by pidfd; false when it has been reaped.</param>
    /// <param name="release">Closes the pidfd.</param>
    /// <param name="stdio">Its streams.</param>
    /// <param name="reaped">From the reaper.</param>
    /// <param name="checkMemory">
    /// Asks whether the container's out-of-memory kills have grown, and tells who has to know; before the exit is out.
    /// </param>
    public ContainerProcess(
        int pid, Func<int, bool> send, Action release, ProcessStdio stdio, Task<ReapedExit> reaped, Func<bool> checkMemory)
    {
        _send = send;
        _release = release;
        _stdio = stdio;
        _parked = true;
        Pid = new Pid(pid);
        Reaped = FinishAsync(reaped, checkMemory);
    }

    public Pid Pid { get; }

    public Task<ProcessExit> Exited => _exited.Task;

    public IProcessStdio Stdio => _stdio;

    /// <summary>
    /// Completes when the process is gone and nothing of it is held any more; <see cref="Exited"/> may come later.
    /// </summary>
    public Task Reaped { get; }

    /// <summary>
    /// Before its program runs the process has every signal blocked, and as the init of a pid namespace it would lose
    /// even a pending SIGTERM when it unblocks them. A signal that would end the program ends the waiting process.
    /// </summary>
    public SignalOutcome Kill(Signal signal)
    {
        lock (_lock)
        {
            if (_reaped)
            {
                return SignalOutcome.AlreadyExited;
            }

            var number = _parked && EndsByDefault(signal.Number) ? Signal.Kill.Number : signal.Number;
            return _send(number) ? SignalOutcome.Delivered : SignalOutcome.AlreadyExited;
        }
    }

    /// <summary>The user's program runs: signals are its own business from here on.</summary>
    public void Executed()
    {
        lock (_lock)
        {
            _parked = false;
        }
    }

    private async Task FinishAsync(Task<ReapedExit> reaped, Func<bool> checkMemory)
    {
        var exit = await reaped;
        lock (_lock)
        {
            _reaped = true;
            _release();
        }

        _stdio.ProcessExited();
        Announce(new ProcessExit(exit.Status, exit.At, checkMemory()));
    }

    // A client takes the exit for the end of the output: ctr closes its fifos then, read or not.
    private void Announce(ProcessExit exit)
    {
        var readers = _stdio.AwaitReadersAsync();
        if (readers.IsCompleted)
        {
            _exited.SetResult(exit);
        }
        else
        {
            _ = AnnounceAfterAsync(readers, exit);
        }
    }

    private async Task AnnounceAfterAsync(Task readers, ProcessExit exit)
    {
        await readers.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _exited.SetResult(exit);
    }

    // SIGCHLD, SIGCONT, SIGURG and SIGWINCH are ignored by default, 19 to 22 stop. man 7 signal.
    private static bool EndsByDefault(int signal) => signal is not (0 or 17 or 18 or 23 or 28 or (>= 19 and <= 22));
}
