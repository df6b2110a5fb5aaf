namespace ShimService.Shim.Serve;

/// <summary>What a daemon is told.</summary>
/// <param name="Directory">Where its journal, records and log are: the directory it was started in.</param>
/// <param name="Group">The group it serves.</param>
/// <param name="SocketPath">Removed at the end.</param>
/// <param name="ForShimd">Records lie in <paramref name="Directory"/>; else each in its container's bundle.</param>
internal sealed record ShimOptions(string Directory, string Group, string SocketPath, bool ForShimd)
{
    /// <summary>How long without a task and without a connection.</summary>
    public TimeSpan IdleLimit { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long nothing may have happened before memory is given back.</summary>
    public TimeSpan RestAfter { get; init; } = TimeSpan.FromSeconds(2);
}
