using ShimService.Tasks.Errors;
using ShimService.Tasks.Journal;
using ShimService.Tasks.Lifecycle;
using ShimService.Tasks.Ports;
using ShimService.Tasks.Stats;
using ShimService.Tasks.Values;
using ShimService.Tasks.Views;

namespace ShimService.Tasks.Supervision;

/// <summary>
/// Every task of a shim, by id. Any thread, any time. Errors: <see cref="TaskException"/>; NotFound for an unknown
/// id, FailedPrecondition with state and verb in the wrong state. A token that fires stops the waiting only: what
/// was asked for goes on.
/// </summary>
public sealed class TaskManager(
    IEngine engine, IJournal journal, ITaskDiagnostics diagnostics, TaskOptions options, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<ContainerId, LiveTask> _tasks = [];
    private readonly DeleteMemory<ContainerId> _deleted = new(options, time);
    private readonly Dictionary<ContainerId, long> _expected = [];
    private readonly TaskCompletionSource _shutdown = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _shutdownAsked;
    private int _shutdownHolds;

    /// <summary>Tasks that are there, those being created included.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _tasks.Count;
            }
        }
    }

    /// <summary>Completes when a shutdown has been asked for and the last task is gone.</summary>
    public Task Shutdown => _shutdown.Task;

    public IJournal Journal => journal;

    /// <summary>Returns when the container is made and waits to be started. Errors: AlreadyExists.</summary>
    public async Task<Pid> CreateAsync(ContainerRequest request, CancellationToken cancel)
    {
        var task = new LiveTask(request, engine, journal, diagnostics, options, time, Forget);
        Reserve(task);
        var wish = Letter.Create();
        task.Open(wish);
        var result = await wish.Answered.WaitAsync(cancel);
        return result.Pid!.Value;
    }

    /// <summary>Starts init, or an exec that was added.</summary>
    public async Task<Pid> StartAsync(ContainerId id, ExecId? exec, CancellationToken cancel)
    {
        var wish = exec is { } execId ? Letter.ExecStart(execId) : Letter.Wish(TaskVerb.Start);
        return (await Find(id).AskAsync(wish, cancel)).Pid!.Value;
    }

    public async Task AddExecAsync(ContainerId id, ExecRequest request, CancellationToken cancel) =>
        await Find(id).AskAsync(Letter.Add(request), cancel);

    /// <summary>Sends a signal. Errors: NotFound when the process has exited.</summary>
    public async Task KillAsync(
        ContainerId id, ExecId? exec, Signal signal, KillScope scope, CancellationToken cancel)
    {
        var hard = signal == Signal.Kill;
        Letter wish;
        if (scope == KillScope.Container)
        {
            wish = Letter.Kill(hard ? TaskVerb.KillAllHard : TaskVerb.KillAll, signal);
        }
        else if (exec is { } execId)
        {
            wish = Letter.Kill(hard ? ExecVerb.KillHard : ExecVerb.Kill, execId, signal);
        }
        else
        {
            wish = Letter.Kill(hard ? TaskVerb.KillHard : TaskVerb.Kill, signal);
        }

        await Find(id).AskAsync(wish, cancel);
    }

    public async Task PauseAsync(ContainerId id, CancellationToken cancel) =>
        await Find(id).AskAsync(Letter.Wish(TaskVerb.Pause), cancel);

    public async Task ResumeAsync(ContainerId id, CancellationToken cancel) =>
        await Find(id).AskAsync(Letter.Wish(TaskVerb.Resume), cancel);

    /// <param name="id">The container.</param>
    /// <param name="resources">An OCI linux.resources object as JSON.</param>
    /// <param name="cancel">Stops the waiting.</param>
    public async Task UpdateAsync(ContainerId id, ReadOnlyMemory<byte> resources, CancellationToken cancel) =>
        await Find(id).AskAsync(Letter.Update(resources), cancel);

    /// <summary>Removes a task that has stopped or was not started, or an exec that does not run.</summary>
    public Task<ProcessResult> DeleteAsync(ContainerId id, ExecId? exec, CancellationToken cancel) =>
        RemoveAsync(
            id, exec is { } execId ? Letter.Wish(ExecVerb.Delete, execId) : Letter.Wish(TaskVerb.Delete), cancel);

    /// <summary>Kills what lives, cancels what is being launched, and removes the task.</summary>
    public Task<ProcessResult> ForceDeleteAsync(ContainerId id, CancellationToken cancel) =>
        RemoveAsync(id, Letter.Wish(TaskVerb.ForceDelete), cancel);

    /// <summary>Completes when the process has exited, at once when it already has.</summary>
    public async Task<ProcessExit> WaitAsync(ContainerId id, ExecId? exec, CancellationToken cancel) =>
        // Thousands may wait, and one thread answers them all: none goes back to a context of its own first.
        await Find(id).WaitAsync(exec, cancel).ConfigureAwait(false);

    public TaskView Get(ContainerId id) => Find(id).View();

    /// <summary>Null for an unknown id: a question of liveness, not an error.</summary>
    public TaskView? TryGet(ContainerId id)
    {
        lock (_gate)
        {
            return _tasks.TryGetValue(id, out var task) ? task.View() : null;
        }
    }

    /// <summary>
    /// Whether anybody can still ask for this exec. Takes no part in what the task does; never waits.
    /// </summary>
    public bool HasExec(ContainerId id, ExecId exec)
    {
        lock (_gate)
        {
            return _tasks.TryGetValue(id, out var task) && task.HasExec(exec);
        }
    }

    /// <summary>Every task whose create has succeeded.</summary>
    public IReadOnlyList<TaskView> List()
    {
        LiveTask[] tasks;
        lock (_gate)
        {
            tasks = [.. _tasks.Values];
        }

        var views = new List<TaskView>(tasks.Length);
        foreach (var task in tasks)
        {
            if (task.Status != ProcessStatus.Creating)
            {
                views.Add(task.View());
            }
        }

        return views;
    }

    public ContainerStats ReadStats(ContainerId id) => Find(id).ReadStats();

    /// <summary>Errors: NotFound, also when the container's cgroup is gone.</summary>
    public CgroupCounters ReadCounters(ContainerId id) => Find(id).ReadCounters();

    public IReadOnlyList<TaskProcess> ReadProcesses(ContainerId id) => Find(id).ReadProcesses();

    public IReadOnlyList<LaunchTiming> ReadTimings(ContainerId id) => Find(id).Timings;

    public IProcessStdio Stdio(ContainerId id, ExecId? exec) => Find(id).Stdio(exec);

    /// <summary>Ends the input of a process, of one that is not launched yet too.</summary>
    public void CloseStdin(ContainerId id, ExecId? exec) => Find(id).CloseStdin(exec);

    public void Resize(ContainerId id, ExecId? exec, int width, int height) => Find(id).Resize(exec, width, height);

    public IReadOnlyList<ExplainedStep> Explain(string bundle) => engine.Explain(bundle);

    /// <summary>
    /// Asks to end when no task is left; remembered when there still is one. Source: containerd #12344, where a
    /// shutdown that came a moment too early was forgotten and the shim stayed for ever.
    /// </summary>
    public void RequestShutdown()
    {
        lock (_gate)
        {
            _shutdownAsked = true;
            GrantShutdown();
        }
    }

    /// <summary>
    /// A shutdown waits until it is released as often as it is held. Errors: Unavailable when one is granted.
    /// </summary>
    public void HoldShutdown()
    {
        lock (_gate)
        {
            RefuseAfterShutdown();
            _shutdownHolds++;
        }
    }

    public void ReleaseShutdown()
    {
        lock (_gate)
        {
            _shutdownHolds--;
            GrantShutdown();
        }
    }

    /// <summary>
    /// Somebody has been told that this container may be created here: a shutdown waits for it, for a while. Errors:
    /// Unavailable when one has been granted.
    /// </summary>
    public void Expect(ContainerId id)
    {
        lock (_gate)
        {
            RefuseAfterShutdown();
            _expected[id] = time.GetTimestamp();
        }
    }

    private async Task<ProcessResult> RemoveAsync(ContainerId id, Letter wish, CancellationToken cancel)
    {
        LiveTask? task;
        lock (_gate)
        {
            _tasks.TryGetValue(id, out task);
        }

        if (task is null)
        {
            return wish.ExecId is null && Recall(id) is { } known ? known : throw Refusals.UnknownTask(id);
        }

        try
        {
            return await task.AskAsync(wish, cancel);
        }
        catch (TaskException failure) when (failure.Reason == ErrorReason.UnknownTask && wish.ExecId is null)
        {
            // Another delete was faster between the look and the letter.
            if (Recall(id) is { } earlier)
            {
                return earlier;
            }

            throw;
        }
    }

    private ProcessResult? Recall(ContainerId id)
    {
        lock (_gate)
        {
            return _deleted.Find(id);
        }
    }

    private void Reserve(LiveTask task)
    {
        lock (_gate)
        {
            RefuseAfterShutdown();
            if (!_tasks.TryAdd(task.Id, task))
            {
                throw new TaskException(
                    ErrorKind.AlreadyExists,
                    ErrorReason.TaskExists,
                    $"there already is a container \"{task.Id}\"; delete it or use another id");
            }

            _expected.Remove(task.Id);
        }
    }

    private void RefuseAfterShutdown()
    {
        if (_shutdown.Task.IsCompleted)
        {
            throw new TaskException(
                ErrorKind.Unavailable, ErrorReason.ShuttingDown, "this shim is shutting down; start another");
        }
    }

    private bool IsExpecting()
    {
        foreach (var since in _expected.Values)
        {
            if (time.GetElapsedTime(since) < options.ExpectFor)
            {
                return true;
            }
        }

        return false;
    }

    private LiveTask Find(ContainerId id)
    {
        lock (_gate)
        {
            return _tasks.TryGetValue(id, out var task) ? task : throw Refusals.UnknownTask(id);
        }
    }

    private void Forget(LiveTask task, ProcessResult result)
    {
        lock (_gate)
        {
            _tasks.Remove(task.Id);
            if (result.Pid is not null)
            {
                _deleted.Remember(task.Id, result);
            }

            GrantShutdown();
        }
    }

    private void GrantShutdown()
    {
        if (_shutdownAsked && _tasks.Count == 0 && _shutdownHolds == 0 && !IsExpecting())
        {
            _shutdown.TrySetResult();
        }
    }
}
