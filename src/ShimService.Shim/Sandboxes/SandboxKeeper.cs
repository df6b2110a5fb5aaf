using ShimService.Linux;
using ShimService.Linux.Abi;
using ShimService.Linux.Errors;
using ShimService.Tasks.Errors;
using ShimService.Tasks.Supervision;
using ShimService.Tasks.Values;
using ShimService.Tasks.Views;

namespace ShimService.Shim.Sandboxes;

/// <summary>
/// The sandboxes of a shim. A sandbox is the namespaces its containers share, held by a thread instead of a pause
/// process. While there is one, the shim stays, whatever becomes of its tasks. Any thread. Errors: TaskException.
/// Source: containerd 2.1 core/sandbox, docs of the sandbox API.
/// </summary>
internal sealed class SandboxKeeper(TaskManager tasks, TimeProvider time) : IDisposable
{
    /// <summary>
    /// How long a shim that was told to shut down lets its answer arrive. Go's ttrpc client looks at the answer and at
    /// the end of the connection in no order: what closes at once looks to containerd as if the call had failed, and it
    /// keeps the sandbox.
    /// </summary>
    private static readonly TimeSpan AnswerTime = TimeSpan.FromMilliseconds(200);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Sandbox> _sandboxes = [];
    private ITimer? _ending;
    private int _held;

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _sandboxes.Count;
            }
        }
    }

    public void Create(string id, SandboxConfig config, string networkPath)
    {
        var made = NamespaceFlags.Uts | (config.IsHostIpc ? NamespaceFlags.None : NamespaceFlags.Ipc);
        var settings = new NamespaceSettings
        {
            // Without a path the network is the host's: CRI makes those of its pods before it asks.
            Made = made, NetworkPath = networkPath, Hostname = config.Hostname, Sysctls = config.Sysctls,
        };
        if (networkPath.Length == 0 && HasNetworkSetting(config))
        {
            throw new TaskException(
                ErrorKind.InvalidArgument, ErrorReason.InvalidArgument,
                "options set net. sysctls, and netns_path is empty: they would change the host's network")
            {
                Field = "netns_path",
            };
        }

        lock (_gate)
        {
            if (!_sandboxes.TryAdd(id, new Sandbox(id, settings, time.GetUtcNow())))
            {
                throw new TaskException(
                    ErrorKind.AlreadyExists, ErrorReason.TaskExists, $"there already is a sandbox \"{id}\"");
            }

            tasks.HoldShutdown();
        }
    }

    /// <summary>Answers the id of the thread whose namespaces are the sandbox's.</summary>
    public (int Pid, DateTimeOffset CreatedAt) Start(string id)
    {
        lock (_gate)
        {
            var sandbox = Find(id);
            if (sandbox.IsReady || sandbox.Ended.IsCompleted)
            {
                throw WrongState(sandbox, "start");
            }

            try
            {
                sandbox.Holder = NamespaceHolder.Open(sandbox.Settings);
            }
            catch (KernelException failure)
            {
                throw new TaskException(
                    ErrorKind.FailedPrecondition, ErrorReason.LaunchFailed,
                    $"start sandbox \"{id}\": {failure.Message}", failure)
                {
                    Step = "make the namespaces", Errno = failure.Errno.ToString(), Hint = failure.Hint,
                };
            }

            return (sandbox.Holder.ThreadId, sandbox.CreatedAt);
        }
    }

    public SandboxView Get(string id)
    {
        lock (_gate)
        {
            var sandbox = Find(id);
            return new SandboxView(
                sandbox.Holder?.ThreadId ?? 0, sandbox.IsReady, sandbox.CreatedAt,
                sandbox.Ended.IsCompletedSuccessfully ? sandbox.Ended.Result.At : null);
        }
    }

    public Task<ProcessExit> WaitAsync(string id, CancellationToken cancel)
    {
        lock (_gate)
        {
            return Find(id).Ended.WaitAsync(cancel);
        }
    }

    /// <summary>
    /// Ends what runs in it, when it is the shim's only one, and lets its namespaces go. Again is no error.
    /// </summary>
    public async Task StopAsync(string id, CancellationToken cancel)
    {
        bool isOnly;
        lock (_gate)
        {
            Find(id);
            isOnly = _sandboxes.Count == 1;
        }

        if (isOnly)
        {
            foreach (var task in tasks.List())
            {
                await KillAsync(task.Id, cancel);
            }
        }

        lock (_gate)
        {
            Find(id).End(time.GetUtcNow());
        }
    }

    /// <summary>
    /// Forgets the sandbox; soon after, the shim ends when nothing else is left. One that is not there is no error.
    /// </summary>
    public void Shutdown(string id)
    {
        lock (_gate)
        {
            if (_sandboxes.Remove(id, out var sandbox))
            {
                sandbox.End(time.GetUtcNow());
                _held++;
            }

            _ending?.Dispose();
            _ending = time.CreateTimer(_ => LetGo(), null, AnswerTime, Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var sandbox in _sandboxes.Values)
            {
                sandbox.End(time.GetUtcNow());
            }

            _sandboxes.Clear();
            _ending?.Dispose();
        }
    }

    private void LetGo()
    {
        lock (_gate)
        {
            for (; _held > 0; _held--)
            {
                tasks.ReleaseShutdown();
            }
        }

        tasks.RequestShutdown();
    }

    private static bool HasNetworkSetting(SandboxConfig config)
    {
        foreach (var (name, _) in config.Sysctls)
        {
            if (name.StartsWith("net.", StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    private async Task KillAsync(ContainerId id, CancellationToken cancel)
    {
        try
        {
            await tasks.KillAsync(id, null, Signal.Kill, KillScope.Container, cancel);
        }
        catch (TaskException failure) when (failure.Kind is ErrorKind.NotFound or ErrorKind.FailedPrecondition)
        {
            // It has ended by itself.
        }
    }

    private Sandbox Find(string id) => _sandboxes.TryGetValue(id, out var sandbox)
        ? sandbox
        : throw new TaskException(ErrorKind.NotFound, ErrorReason.UnknownTask, $"there is no sandbox \"{id}\"");

    private static TaskException WrongState(Sandbox sandbox, string verb)
    {
        var state = sandbox.IsReady ? "READY" : "STOPPED";
        return new TaskException(
            ErrorKind.FailedPrecondition, ErrorReason.WrongState, $"cannot {verb} sandbox \"{sandbox.Id}\": it is {state}")
        {
            State = state, Verb = verb,
        };
    }
}
