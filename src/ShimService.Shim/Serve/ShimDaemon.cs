using System.Globalization;
using System.Net.Sockets;
using System.Text;
using ShimService.Linux;
using ShimService.Rpc;
using ShimService.Shim.Handlers.Containerd;
using ShimService.Shim.Handlers.Private;
using ShimService.Shim.Journal;
using ShimService.Shim.Records;
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
    private readonly MemoryRest _rest;
    private readonly CancellationTokenSource _stop = new();

    public ShimDaemon(ShimOptions options, IEngine engine, ShimLog log, TimeProvider time)
    {
        _options = options;
        _log = log;
        _time = time;
        _journal = new FileJournal(
            Path.Combine(options.Directory, "journal"),
            new JournalOptions(),
            failure => log.Error("the journal cannot be written; its events stay in memory", failure));
        _rest = new MemoryRest(options.RestAfter, time, MemoryRest.GiveBack);
        var recording = new RecordingJournal(
            new ObservedJournal(_journal, _rest.Stirred),
            new RecordStore(options.Directory, inBundles: !options.ForShimd),
            log.Error);
        _tasks = new TaskManager(engine, recording, log, new TaskOptions(), time);
    }

    /// <summary>Asks to end, from any thread. Containers are left as they are.</summary>
    public void Stop() => _stop.Cancel();

    /// <summary>Serves until the end, then removes the socket. Call it once.</summary>
    public async Task RunAsync(Socket listener)
    {
        using var rest = _rest;
        using var idle = new IdleWatch(() => _tasks.Count, _options.IdleLimit, _time, Stop);
        var server = new TtrpcServer(listener, Tables(), new TtrpcServerOptions
        {
            Clock = _time,
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
        _journal.Dispose();
        _stop.Dispose();
    }

    private ServiceTable[] Tables()
    {
        var handlers = new TaskHandlers(_tasks);
        return
        [
            handlers.Table("containerd.task.v2.Task"),
            handlers.Table("containerd.task.v3.Task"),
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
