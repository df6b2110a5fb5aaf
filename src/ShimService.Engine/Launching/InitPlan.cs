using ShimService.Linux.Launch;

namespace ShimService.Engine.Launching;

/// <summary>A compiled init.</summary>
/// <param name="Plan">Ends with a gate <see cref="LaunchNames.Start"/> and execve.</param>
public sealed record InitPlan(LaunchPlan Plan)
{
    /// <summary>Contents of uid_map; null without a new user namespace.</summary>
    public string? UidMap { get; init; }

    /// <summary>Contents of gid_map.</summary>
    public string? GidMap { get; init; }

    /// <summary>
    /// Written by the engine at <see cref="LaunchNames.UserNamespace"/>; else the plan writes it itself.
    /// </summary>
    public int? OomScoreAdjust { get; init; }

    /// <summary>Handed over after the tasks files, in this order.</summary>
    public IReadOnlyList<MountSource> Sources { get; init; } = [];

    /// <summary>One for each stop at <see cref="LaunchNames.CopyUp"/>, in their order.</summary>
    public IReadOnlyList<CopyUp> CopyUps { get; init; } = [];

    /// <summary>Contents of timens_offsets, as <see cref="OomScoreAdjust"/>.</summary>
    public string? TimeOffsets { get; init; }

    /// <summary>
    /// Number in the child of the terminal's master at <see cref="LaunchNames.Terminal"/>; null without.
    /// </summary>
    public int? TerminalMaster { get; init; }
}
