using ShimService.Tasks.Ports;

namespace ShimService.Engine.Containers;

/// <summary>What runs in the container.</summary>
internal sealed partial class LinuxContainer
{
    /// <inheritdoc/>
    public IReadOnlyList<RunningProcess> ReadProcesses() => CgroupListing.Read(_cgroup);
}
