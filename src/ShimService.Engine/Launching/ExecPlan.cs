using ShimService.Linux.Launch;

namespace ShimService.Engine.Launching;

/// <summary>A compiled exec.</summary>
/// <param name="Plan">Handed over by a helper; without a gate.</param>
public sealed record ExecPlan(LaunchPlan Plan)
{
    /// <inheritdoc cref="InitPlan.TerminalMaster"/>
    public int? TerminalMaster { get; init; }
}
