using ShimService.Tasks.Values;

namespace ShimService.Daemon.Configuration;

/// <summary>Everything shimd can be told. Paths are absolute; times are limits, not goals.</summary>
internal sealed record DaemonOptions
{
    public const string DefaultState = "/run/shimservice";
    public const string DefaultRoot = "/var/lib/shimservice";

    /// <summary>The socket clients dial; null = shimd.sock below <see cref="State"/>.</summary>
    public string? Socket { get; init; }

    /// <summary>Run-time state, meant for a tmpfs: sockets, shim directories, bundles and logs of live tasks.</summary>
    public string State { get; init; } = DefaultState;

    /// <summary>What outlives a reboot: the event log.</summary>
    public string Root { get; init; } = DefaultRoot;

    /// <summary>The shim binary; null = beside shimd, then along PATH.</summary>
    public string? Shim { get; init; }

    /// <summary>OCI runtimes a task may name beside our own engine.</summary>
    public IReadOnlyList<EngineName> Engines { get; init; } = [];

    /// <summary>Kept events: at most this many (rounded up to a segment) …</summary>
    public int EventsKept { get; init; } = 100_000;

    /// <summary>… and none in a segment whose newest is older than this.</summary>
    public TimeSpan EventsKeptFor { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Starting a shim, from the fork to its answer.</summary>
    public TimeSpan ShimStartLimit { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The clean-up helper of one task of a dead shim.</summary>
    public TimeSpan ShimDeleteLimit { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Connecting to a shim, and each question asked of it at start-up.</summary>
    public TimeSpan ShimConnectLimit { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long the shim of a named group stays without a task.</summary>
    public TimeSpan GroupIdleLimit { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the shim of group "own" stays after its task.</summary>
    public TimeSpan OwnIdleLimit { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Open calls get this long to end when shimd stops.</summary>
    public TimeSpan StopLimit { get; init; } = TimeSpan.FromSeconds(3);
}
