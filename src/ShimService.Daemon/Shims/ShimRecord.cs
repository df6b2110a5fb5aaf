namespace ShimService.Daemon.Shims;

/// <summary>What shimd notes about a shim, in shim.json of its directory.</summary>
internal sealed record ShimRecord
{
    public int Version { get; init; } = 1;

    /// <summary>The group it serves, as <see cref="GroupKey"/> spells it; "" = none yet, the idle spare.</summary>
    public string Group { get; init; } = "";

    /// <summary>Its process, to end it when it does not answer; 0 until it has started.</summary>
    public int Pid { get; init; }

    public string StartTicks { get; init; } = "";
}
