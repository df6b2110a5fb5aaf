namespace ShimService.Shim.Serve;

/// <summary>What a daemon is told.</summary>
/// <param name="Directory">Where its journal, records and log are: the directory it was started in.</param>
/// <param name="Group">The group it serves.</param>
/// <param name="SocketPath">Removed at the end.</param>
/// <param name="ForShimd">Records lie in <paramref name="Directory"/>; else each in its container's bundle.</param>
internal sealed record ShimOptions(string Directory, string Group, string SocketPath, bool ForShimd)
{
    /// <summary>containerd's namespace of all its containers.</summary>
    public string Namespace { get; init; } = "";

    /// <summary>containerd's ttrpc socket; empty = events wait in the journal for whoever acknowledges them.</summary>
    public string EventsAddress { get; init; } = "";

    /// <summary>
    /// Under containerd beside the socket: the directory a daemon was started in goes with the first container of its
    /// group.
    /// </summary>
    public string JournalPath => ForShimd ? Path.Combine(Directory, "journal") : JournalPathOf(SocketPath);

    /// <summary>How long an end waits for the last events to be taken.</summary>
    public TimeSpan FlushLimit { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How long events without a task that nobody takes keep a shim from ending.</summary>
    public TimeSpan UntakenLimit { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How long without a task and without a connection.</summary>
    public TimeSpan IdleLimit { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long nothing may have happened before memory is given back.</summary>
    public TimeSpan RestAfter { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Held by a shim as long as it lives.</summary>
    public static string AliveLockOf(string socketPath) => socketPath + ".alive";

    public static string JournalPathOf(string socketPath) => socketPath + ".journal";
}
