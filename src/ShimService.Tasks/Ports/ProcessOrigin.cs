using ShimService.Tasks.Values;

namespace ShimService.Tasks.Ports;

/// <summary>
/// What tells a container's init from every other process, and what it lives in; for whoever comes after us.
/// </summary>
/// <param name="StartTime">In clock ticks since boot: a pid means nothing without it. 0 when it died at once.</param>
/// <param name="Cgroup">Path below the hierarchies.</param>
public sealed record ProcessOrigin(ulong StartTime, string Cgroup)
{
    /// <summary>What made it, and knows more of it than the kernel does.</summary>
    public EngineName Engine { get; init; }
}
