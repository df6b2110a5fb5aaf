using System.Globalization;
using System.Net.Sockets;
using System.Text;
using ShimService.Linux;
using ShimService.Rpc;
using ShimService.Shim.Forward;
using ShimService.Shim.Handlers.Containerd;
using ShimService.Shim.Handlers.Mapping;
using ShimService.Shim.Handlers.Private;
using ShimService.Shim.Handlers.Sandboxes;
using ShimService.Shim.Journal;
using ShimService.Shim.Records;
using ShimService.Shim.Sandboxes;
using ShimService.Tasks.Ports;
using ShimService.Tasks.Supervision;

namespace ShimService.Shim.Serve;

/// <summary>
/// A shim that serves: engine, tasks, journal and the three services on one socket, put together. Ends when it is
/// told to, when a Shutdown has been granted, or when nobody needs it.
/// </summary>
internal sealed class ShimDaemon : IDisposable
{
    private readonly ShimOptions _options;
    private readonly ShimLog _log;
    private readonly TimeProvider _time;
    private readonly FileJournal _journal;
    private readonly TaskManager _tasks;
    private readonly SandboxKeeper _sandboxes;
    private readonly MemoryRest _rest;
    private readonly CancellationTokenSource _stop = new();
    private readonly RecordStore _records;
    private readonly FileLock? _alive;
    private readonly ContainerdEvents? _receiver;
    private readonly EventForwarder? _forwarder;
    private long _happenedAt;

    public ShimDaemon(ShimOptions options, IEngine engine, ShimLog log, TimeProvider time)
    {
        _options = options;
        _log = log;
        _time = time;
        _happenedAt = time.GetTimestamp();
        if (!options.ForShimd)
        {
            // While it is held, a delete of one of the group's containers leaves journal and socket to us.
            _alive = FileLock.Acquire(ShimOptions.AliveLockOf(options.SocketPath));
        }

        _journal = new FileJournal(
            options.JournalPath,
            options.ForShimd
                ? new JournalOptions()
                : new JournalOptions { IsOver = (container, exec) => !_tasks!.HasExec(container, exec) },
            failure => log.Error("the journal cannot be written; its events stay in memory", failure));
        _rest = new MemoryRest(options.RestAfter, time, MemoryRest.GiveBack);
        _records = new RecordStore(options.Directory, inBundles: !options.ForShimd);
        var recording = new RecordingJournal(
            new ObservedJournal(_journal, Happened), _records, options.ForShimd ? "" : options.SocketPath, log.Error);
        _tasks = new TaskManager(engine, recording, log, new TaskOptions(), time);
        _sandboxes = new SandboxKeeper(_tasks, time);
        if (options.EventsAddress.Length > 0)
        {
            _receiver = new ContainerdEvents(options.EventsAddress, options.Namespace, time);
            _forwarder = new EventForwarder(_journal, _receiver, log.Info, new ForwardOptions(), time);
        }
    }

    /// <summary>Asks to end, from any thread. Containers are left as they are.</summary>
    public void Stop() => _stop.Cancel();

    /// <summary>Serves until the end, then removes the socket. Call it once.</summary>
    public async Task RunAsync(Socket listener)
    {
        using var rest = _rest;
        using var idle = new IdleWatch(() => IsNeeded() ? 1 : 0, _options.IdleLimit, _time, Stop);
        using var forwardingStop = new CancellationTokenSource();
        var forwarding = _forwarder?.RunAsync(forwardingStop.Token) ?? Task.CompletedTask;
        using var receiver = new ReceiveThreads();
        var server = new TtrpcServer(listener, Tables(), new TtrpcServerOptions
        {
            Clock = _time,
            Receiver = receiver,
            ConnectionsChanged = connections =>
            {
                idle.ConnectionsChanged(connections);
                _rest.Stirred();
            },
            Unexpected = (context, failure) => _log.Error($"{context.Service}/{context.Method}", failure),
        });
        var serving = server.RunAsync(_stop.Token);
        var shutdown = _tasks.Shutdown.ContinueWith(
            _ => Stop(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        using (_stop.Token.UnsafeRegister(static daemon => ((ShimDaemon)daemon!).RemoveSocket(), this))
        {
            await serving;
        }

        _ = shutdown;
        await FlushAsync();
        await forwardingStop.CancelAsync();
        await forwarding;
    }

    /// <summary>What operators get for a SIGUSR1: everything this process holds, in a few lines of its log.</summary>
    public void Dump()
    {
        var memory = GC.GetGCMemoryInfo();
        _log.Info(string.Create(
            CultureInfo.InvariantCulture,
            $"dump: group {_options.Group} tasks {_tasks.Count} journal {_journal.Last} threads "
            + $"{ThreadPool.ThreadCount} queued {ThreadPool.PendingWorkItemCount} resident {Environment.WorkingSet} "
            + $"heap {memory.HeapSizeBytes} collections {GC.CollectionCount(0)}"));
        foreach (var task in _tasks.List())
        {
            var line = new StringBuilder();
            line.Append(CultureInfo.InvariantCulture, $"dump: task {task.Id} {task.Status} pid {task.Pid}");
            foreach (var exec in task.Execs)
            {
                line.Append(CultureInfo.InvariantCulture, $"; exec {exec.Id} {exec.Status} pid {exec.Pid}");
            }

            _log.Info(line.ToString());
        }
    }

    public void Dispose()
    {
        if (_forwarder is not null)
        {
            _journal.RemoveIfTaken();
        }

        _sandboxes.Dispose();
        _journal.Dispose();
        _alive?.Dispose();
        _stop.Dispose();
    }

    private void Happened()
    {
        Volatile.Write(ref _happenedAt, _time.GetTimestamp());
        _rest.Stirred();
    }

    /// <summary>
    /// By a task, by a sandbox, or by an event nobody has taken yet, unless nobody seems to want it any more.
    /// </summary>
    private bool IsNeeded() => _tasks.Count > 0 || _sandboxes.Count > 0
        || (_forwarder is { IsDone: false }
            && _time.GetElapsedTime(Volatile.Read(ref _happenedAt)) < _options.UntakenLimit);

    /// <summary>The last events, when their receiver is there. Else they lie in the journal for the delete.</summary>
    private async Task FlushAsync()
    {
        if (_forwarder is null)
        {
            return;
        }

        try
        {
            await _forwarder.WaitUntilDoneAsync(_options.FlushLimit);
        }
        catch (TimeoutException)
        {
            _log.Info($"events up to {_journal.Last} are left in {_options.JournalPath}");
        }

        await _receiver!.DisposeAsync();
    }

    private ServiceTable[] Tables()
    {
        var handlers = new TaskHandlers(
            _tasks, _records, _options.ForShimd ? "" : _options.SocketPath,
            _options.ForShimd ? NotedCreates.OfRuntimes : NotedCreates.All,
            _options.ForShimd ? ErrorDetails.Full : ErrorDetails.None);
        return
        [
            handlers.Table("containerd.task.v2.Task"),
            handlers.Table("containerd.task.v3.Task"),
            new SandboxHandlers(_sandboxes).Table(),
            new ShimHandlers(_tasks, _options.Group).Table(),
        ];
    }

    /// <summary>Before the listener closes: once it has, another start may put its own socket there.</summary>
    private void RemoveSocket()
    {
        try
        {
            using var held = FileLock.Acquire(_options.SocketPath + ".lock");
            File.Delete(_options.SocketPath);
        }
        catch (Exception failure)
        {
            _log.Error("remove the socket", failure);
        }
    }
}
