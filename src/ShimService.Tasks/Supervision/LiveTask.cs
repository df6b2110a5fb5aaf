using System.Threading.Channels;
using ShimService.Tasks.Journal;
using ShimService.Tasks.Lifecycle;
using ShimService.Tasks.Ports;
using ShimService.Tasks.Stats;
using ShimService.Tasks.Values;
using ShimService.Tasks.Views;

namespace ShimService.Tasks.Supervision;

/// <summary>
/// One task and its mailbox.
///
///   callers ──wishes──▶ ┌─────────┐      TaskLifecycle         ┌────────┐
///   engine  ──results─▶ │ mailbox │ ──▶  ExecLifecycle  ──▶    │effects │──▶ journal, answers
///   reaper  ──facts───▶ └─────────┘      (pure)                └────────┘──▶ engine, one work at a time
///
/// LiveTask.cs          what callers see: reads that never queue, wishes that do
/// LiveTask.Mailbox.cs  the single reader: decides, keeps who waits
/// LiveTask.Effects.cs  what a decision does
/// LiveTask.Execs.cs    the same for extra processes
/// LiveTask.Work.cs     what is handed to the engine
/// </summary>
internal sealed partial class LiveTask : IContainerObserver, IDisposable
{
    private readonly ContainerRequest _request;
    private readonly IEngine _engine;
    private readonly IJournal _journal;
    private readonly ITaskDiagnostics _diagnostics;
    private readonly TaskOptions _options;
    private readonly TimeProvider _time;
    private readonly Action<LiveTask, ProcessResult> _gone;
    private readonly Channel<Letter> _letters;
    private readonly Afterwards _afterwards = new();
    private readonly ProcessSlot _init;
    private readonly Lock _execsGate = new();
    private readonly Dictionary<ExecId, LiveExec> _execs = [];
    private readonly DateTimeOffset _requestedAt;

    private volatile Snapshot _snapshot = new(TaskState.Initial, CreatedAt: null, OomKilled: false);
    private volatile IContainer? _container;

    public LiveTask(
        ContainerRequest request,
        IEngine engine,
        IJournal journal,
        ITaskDiagnostics diagnostics,
        TaskOptions options,
        TimeProvider time,
        Action<LiveTask, ProcessResult> gone)
    {
        _request = request;
        _engine = engine;
        _journal = journal;
        _diagnostics = diagnostics;
        _options = options;
        _time = time;
        _gone = gone;
        _init = new ProcessSlot(request.Stdio, _afterwards);
        _deletedExecs = new DeleteMemory<ExecId>(options, time);
        _requestedAt = time.GetUtcNow();

        // The sender runs an idle reader itself: one thread switch less on every request. Effects never block.
        _letters = Channel.CreateBounded<Letter>(new BoundedChannelOptions(options.MailboxSize)
        {
            SingleReader = true,
            AllowSynchronousContinuations = true,
        });
    }

    public ContainerId Id => _request.Id;

    public ProcessStatus Status => _snapshot.State.Status;

    public IReadOnlyList<LaunchTiming> Timings => _container?.Timings ?? [];

    private string Subject => $"container \"{Id}\"";

    /// <summary>Hands a wish to the mailbox. Giving up stops the waiting, not what was asked for.</summary>
    public async Task<ProcessResult> AskAsync(Letter wish, CancellationToken cancel)
    {
        try
        {
            await FeedAsync(wish, cancel);
        }
        catch (ChannelClosedException)
        {
            throw Refusals.UnknownTask(Id);
        }

        return await wish.Answered.WaitAsync(cancel);
    }

    public Task<ProcessExit> WaitAsync(ExecId? exec, CancellationToken cancel) => Slot(exec).Ended.WaitAsync(cancel);

    public TaskView View()
    {
        var snapshot = _snapshot;
        ExecView[] execs;
        lock (_execsGate)
        {
            execs = new ExecView[_execs.Count];
            var index = 0;
            foreach (var exec in _execs.Values)
            {
                execs[index++] = exec.View();
            }
        }

        return new TaskView(Id, snapshot.State.Status, _request.Bundle, _request.Stdio)
        {
            Pid = _init.Pid,
            Exit = snapshot.State.Phase >= TaskPhase.Stopped ? _init.Exit : null,
            CreatedAt = snapshot.CreatedAt ?? _requestedAt,
            StartedAt = _init.StartedAt,
            OomKilled = snapshot.OomKilled,
            Args = _container?.Args ?? [],
            Execs = execs,
        };
    }

    public bool HasExec(ExecId id)
    {
        lock (_execsGate)
        {
            return _execs.ContainsKey(id);
        }
    }

    public ContainerStats ReadStats() => Made("read statistics of").ReadStats();

    public CgroupCounters ReadCounters()
    {
        var counters = Made("read statistics of").ReadCounters();
        return counters.Count > 0 ? counters : throw Refusals.NoCgroup(Id);
    }

    /// <summary>
    /// Every process. A stopped task that has not been deleted still answers its init: a containerd that comes back
    /// (1.7 and newer; 1.6 does not ask) takes a task without processes for leaked, deletes it, and loses its exit
    /// status. RestartTests shows both.
    /// </summary>
    public IReadOnlyList<TaskProcess> ReadProcesses()
    {
        var container = Made("list processes of");
        if (_snapshot.State.Phase >= TaskPhase.Stopped)
        {
            return _init.Pid is { } pid ? [new TaskProcess(pid, null, "")] : [];
        }

        var execs = new Dictionary<Pid, ExecId>();
        lock (_execsGate)
        {
            foreach (var exec in _execs.Values)
            {
                if (exec.Phase == ExecPhase.Running && exec.Slot.Pid is { } pid)
                {
                    execs[pid] = exec.Id;
                }
            }
        }

        var found = container.ReadProcesses();
        var processes = new TaskProcess[found.Count];
        for (var index = 0; index < processes.Length; index++)
        {
            var process = found[index];
            processes[index] = new TaskProcess(
                process.Pid, execs.TryGetValue(process.Pid, out var exec) ? exec : null, process.Command);
        }

        return processes;
    }

    public void CloseStdin(ExecId? exec) => Slot(exec).CloseStdin();

    public void Resize(ExecId? exec, int width, int height) => Slot(exec).Resize(width, height);

    /// <summary>The streams of a process that has been launched.</summary>
    public IProcessStdio Stdio(ExecId? exec) => Slot(exec).Process?.Stdio ?? throw Refusals.Of(
        DenyReason.WrongState, exec is { } id ? $"exec \"{id}\" of {Subject}" : Subject, ProcessStatus.Created, "attach to");

    /// <summary>By the mailbox, when it has ended.</summary>
    public void Dispose()
    {
        _abort?.Dispose();
        _grace?.Dispose();
    }

    // Told under a lock of the engine's, where no asker's code may run.
    // The letter itself must be in the mailbox when this returns: the exit comes next.
    void IContainerObserver.OutOfMemoryKilled() => Post(Letter.Done(TaskVerb.OutOfMemory), elsewhere: true);

    private IContainer Made(string verb) => _container
        ?? throw Refusals.Of(DenyReason.WrongState, Subject, _snapshot.State.StatusOfRefusal, verb);

    private ProcessSlot Slot(ExecId? exec)
    {
        if (exec is not { } id)
        {
            return _init;
        }

        lock (_execsGate)
        {
            return _execs.TryGetValue(id, out var found) ? found.Slot : throw Refusals.UnknownExec(Id, id);
        }
    }

    /// <summary>What readers see of the mailbox's state.</summary>
    private sealed record Snapshot(TaskState State, DateTimeOffset? CreatedAt, bool OomKilled);
}
