using System.Collections.Concurrent;
using ShimService.Tasks.Errors;
using ShimService.Tasks.Ports;
using ShimService.Tasks.Stats;
using ShimService.Tasks.Values;
using ShimService.Tasks.Views;

namespace ShimService.Testing.Fakes;

internal sealed class FakeContainer(FakeEngine engine, ContainerRequest request, IContainerObserver observer)
    : IContainer
{
    private int _deletes;

    public FakeProcess InitProcess { get; } = engine.NewProcess(request.Stdio);

    public ConcurrentDictionary<string, FakeProcess> Execs { get; } = new();

    public IContainerObserver Observer => observer;

    public IProcess Init => InitProcess;

    public IReadOnlyList<string> Args { get; } = ["/bin/sh"];

    public ProcessOrigin Origin { get; } = new(1, "/fake");

    public IReadOnlyList<LaunchTiming> Timings { get; } = [];

    public bool HasPrivatePidNamespace { get; } = engine.PrivatePids;

    public int Deletes => _deletes;

    /// <summary>
    /// With false, killing everything leaves execs alive: processes that SIGKILL cannot reach at once.
    /// </summary>
    public bool KillReachesExecs { get; set; } = true;

    public Task StartAsync(CancellationToken abort) => engine.Calls.EnterAsync("start", abort);

    public void CheckExec(ExecRequest request)
    {
        if (request.Process.Length == 0)
        {
            throw new TaskException(ErrorKind.InvalidArgument, ErrorReason.InvalidSpec, "process is empty")
            {
                Field = "process",
            };
        }
    }

    public async Task<IProcess> ExecAsync(ExecRequest request, CancellationToken abort)
    {
        await engine.Calls.EnterAsync("exec", abort);
        var process = engine.NewProcess(request.Stdio);
        Execs[request.Id.Value] = process;
        return process;
    }

    public Task PauseAsync(CancellationToken abort) => engine.Calls.EnterAsync("pause", abort);

    public Task ResumeAsync(CancellationToken abort) => engine.Calls.EnterAsync("resume", abort);

    public Task UpdateAsync(ReadOnlyMemory<byte> resources, CancellationToken abort) =>
        engine.Calls.EnterAsync("update", abort);

    public void KillAll(Signal signal)
    {
        InitProcess.Kill(signal);
        foreach (var exec in Execs.Values)
        {
            if (KillReachesExecs)
            {
                exec.Kill(signal);
            }
        }
    }

    public CgroupCounters Counters { get; set; } = new(CgroupGeneration.V2);

    public CgroupCounters ReadCounters() => Counters;

    public ContainerStats ReadStats() => new(engine.Time.GetUtcNow()) { Pids = new PidsStats(1, null) };

    public IReadOnlyList<RunningProcess> ReadProcesses()
    {
        var found = new List<RunningProcess> { new(Init.Pid, "/bin/sh") };
        foreach (var exec in Execs.Values)
        {
            found.Add(new RunningProcess(exec.Pid, "sleep 1"));
        }

        return found;
    }

    public async Task DeleteAsync()
    {
        Interlocked.Increment(ref _deletes);
        await engine.Calls.EnterAsync("delete", CancellationToken.None);
        KillAll(Signal.Kill);
    }
}
