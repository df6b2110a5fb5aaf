using ShimService.Engine.Launching;
using ShimService.Engine.Resources;
using ShimService.Engine.Statistics;
using ShimService.Oci;
using ShimService.Oci.Model;
using ShimService.Tasks.Stats;

namespace ShimService.Engine.Containers;

/// <summary>Limits and measurements.</summary>
internal sealed partial class LinuxContainer
{
    /// <inheritdoc/>
    public Task UpdateAsync(ReadOnlyMemory<byte> resources, CancellationToken abort)
    {
        abort.ThrowIfCancellationRequested();
        LinuxResources parsed;
        try
        {
            parsed = LinuxResources.Parse(resources.Span);
        }
        catch (SpecException exception)
        {
            throw LaunchErrors.From(exception);
        }

        ContainerLimits.Update(_cgroup, parsed);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public ContainerStats ReadStats() => ContainerStatsReader.Read(_cgroup, _parts.Options.Time.GetUtcNow());

    /// <inheritdoc/>
    public CgroupCounters ReadCounters() => CgroupCountersReader.Read(_cgroup);
}
