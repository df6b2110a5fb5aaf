using System.Runtime.InteropServices;
using ShimService.Linux.Abi;

namespace ShimService.Linux.Launch;

/// <summary>
/// What a child is born with: all that has to be known before there is a plan. The handles stay the caller's, who keeps
/// them open until <see cref="LaunchedProcess.Cloned"/> has completed.
/// </summary>
public sealed class LaunchStart
{
    /// <inheritdoc cref="LaunchOptions.Namespaces"/>
    public NamespaceFlags Namespaces { get; init; }

    /// <inheritdoc cref="LaunchOptions.Cgroup"/>
    public SafeHandle? Cgroup { get; init; }

    /// <inheritdoc cref="LaunchOptions.PidNamespaceOf"/>
    public SafeHandle? PidNamespaceOf { get; init; }

    /// <summary>What the plan's <see cref="LaunchPlan.Runs"/> will be.</summary>
    public PlanRuns Runs { get; init; }

    /// <summary>The plan will have a rendezvous: the child dies with the launcher that has to lead it.</summary>
    public bool IsLed { get; init; }

    /// <inheritdoc cref="LaunchOptions.Cloned"/>
    public Action<LaunchedProcess>? Cloned { get; init; }

    /// <inheritdoc cref="LaunchOptions.HelperCloned"/>
    public Action<int>? HelperCloned { get; init; }
}
