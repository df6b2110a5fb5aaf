using System.Collections.Concurrent;
using ShimService.Tasks.Ports;
using ShimService.Tasks.Values;

namespace ShimService.Testing.Fakes;

/// <summary>A process that dies of SIGKILL and of nothing else, unless the test says so.</summary>
internal sealed class FakeProcess(Pid pid, StdioRequest stdio, TimeProvider time) : IProcess
{
    private readonly TaskCompletionSource<ProcessExit> _exited =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Pid Pid => pid;

    public Task<ProcessExit> Exited => _exited.Task;

    public FakeStdio Streams { get; } = new(stdio);

    public IProcessStdio Stdio => Streams;

    public ConcurrentQueue<Signal> Signals { get; } = new();

    public SignalOutcome Kill(Signal signal)
    {
        if (_exited.Task.IsCompleted)
        {
            return SignalOutcome.AlreadyExited;
        }

        Signals.Enqueue(signal);
        if (signal == Signal.Kill)
        {
            Exit(137);
        }

        return SignalOutcome.Delivered;
    }

    public void Exit(int status, bool oomKilled = false) =>
        _exited.TrySetResult(new ProcessExit(status, time.GetUtcNow(), oomKilled));
}
