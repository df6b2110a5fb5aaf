using ShimService.Daemon.Configuration;
using ShimService.Daemon.Events;
using ShimService.Daemon.Files;
using ShimService.Daemon.Host;
using ShimService.Daemon.Registry;
using ShimService.Daemon.Services;
using ShimService.Daemon.Services.Containerd;
using ShimService.Daemon.Shims;
using ShimService.Daemon.Verbs;
using ShimService.Daemon.Verbs.Creation;
using ShimService.Daemon.Verbs.Networks;
using ShimService.Daemon.Volumes;
using ShimService.Network;
using ShimService.Oci.Build;
using ShimService.Rpc;

namespace ShimService.Daemon;

/// <summary>
/// shimd without its transport: the parts, put together by hand, and their start and end.
/// <code>
/// tables ─▶ verbs ─▶ registry ─▶ shims (ttrpc) ─▶ containers
///                       ▲          │ events
///                       └─ watcher ┘──▶ event log ─▶ Watch
/// </code>
/// </summary>
internal sealed class DaemonParts : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly ShimWatcher _watcher;
    private readonly ShimRecovery _recovery;
    private readonly EventFlusher _flusher;
    private readonly AutoRemoval _autoRemoval;
    private readonly ILogger _networkLog;
    private Task _flushing = Task.CompletedTask;
    private Task _removing = Task.CompletedTask;

    public DaemonParts(
        DaemonOptions options, StateLayout layout, IShimLauncher launcher, TimeProvider time, ILoggerFactory loggers)
    {
        (Options, Layout, Time) = (options, layout, time);
        Log = EventLog.Open(layout.Events, new EventLogOptions(options.EventsKept, options.EventsKeptFor), time);
        if (Log.CutBytes > 0)
        {
            loggers.CreateLogger<EventLog>().EventLogCut(Log.CutBytes);
        }

        Stop = new StopSignal(_stopping.Token);
        Registry = new TaskRegistry(layout);
        BuildHost = new BuildHost();
        Volumes = new VolumeStore(layout, Registry);
        Networks = new NetworkManager(layout.Networks, time, HostsOfNetworks.Write);
        Sources = new TaskSources(
            new ContainerSource(BuildHost, new DonorLookup(Registry), Volumes, Networks, layout), layout);
        _flusher = new EventFlusher(Log, time, loggers.CreateLogger<EventFlusher>());

        var connector = new ShimConnector(layout.Shims, launcher, options, time);
        _watcher = new ShimWatcher(Log, Registry, connector, time, loggers.CreateLogger<ShimWatcher>());
        Pool = new ShimPool(connector, _watcher, options, time, loggers.CreateLogger<ShimPool>());
        var funeral = new ShimFuneral(Log, Registry, launcher, time, loggers.CreateLogger<ShimFuneral>())
        {
            Dropped = Pool.Drop,
        };
        _watcher.Died = funeral.HoldAsync;
        _recovery = new ShimRecovery(
            layout, Log, Registry, connector, Pool, funeral, options, time, loggers.CreateLogger<ShimRecovery>());

        _networkLog = loggers.CreateLogger<NetworkManager>();
        Removal = new TaskRemoval(Registry, Pool, Networks, Log, time, loggers.CreateLogger<TaskRemoval>());
        _autoRemoval = new AutoRemoval(Removal, time, loggers.CreateLogger<AutoRemoval>());
        Registry.Exited = _autoRemoval.Tell;
        Creation = new TaskCreation(
            Registry, Pool, Sources, new Preparer(layout, Volumes), Networks, Removal, options, time);
        var containerd = new ContainerdTaskTable(Registry, Removal, new ForeignCreation(Creation));
        Tables =
        [
            TaskServiceTable.Build(this),
            EventServiceTable.Build(this),
            NetworkServiceTable.Build(this),
            VolumeServiceTable.Build(this),
            SystemServiceTable.Build(this),
            containerd.Build(ContainerdTaskTable.V3),
            containerd.Build(ContainerdTaskTable.V2),
        ];
    }

    public DaemonOptions Options { get; }

    public StateLayout Layout { get; }

    public TimeProvider Time { get; }

    public EventLog Log { get; }

    public TaskRegistry Registry { get; }

    public ShimPool Pool { get; }

    public IBuildHost BuildHost { get; }

    public TaskSources Sources { get; }

    public TaskCreation Creation { get; }

    public TaskRemoval Removal { get; }

    public NetworkManager Networks { get; }

    public VolumeStore Volumes { get; }

    public StopSignal Stop { get; }

    public IReadOnlyList<ServiceTable> Tables { get; }

    /// <summary>
    /// Takes over what an earlier shimd left, and gets the shims ready. Before the first call is served.
    /// </summary>
    public async Task StartAsync(CancellationToken cancel)
    {
        await _recovery.RunAsync(cancel);
        Volumes.RemoveGone();
        await Networks.RecoverAsync(
            Registry.All.ToDictionary(static entry => entry.Id, InitOf.Recovered, StringComparer.Ordinal),
            (container, error) => _networkLog.NetworkNotRecovered(error, container));
        foreach (var entry in Registry.All.Where(
            static entry => entry.Ended.IsCompleted || entry.Mirror.Read().State == Contracts.V1.TaskState.Stopped))
        {
            _autoRemoval.Tell(entry);
        }

        _removing = _autoRemoval.RunAsync(_stopping.Token);
        _flushing = _flusher.RunAsync(_stopping.Token);
        Pool.Warm();
    }

    /// <summary>Ends the open calls that would last: they answer that shimd is stopping.</summary>
    public void EndCalls() => _stopping.Cancel();

    /// <summary>Containers, and the shims that hold them, run on.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _removing;
        await Pool.DisposeAsync();
        await _watcher.DisposeAsync();
        await _flushing;
        Networks.Dispose();
        Log.Dispose();
        _stopping.Dispose();
    }
}
