using ShimService.Engine.Launching;
using ShimService.Engine.Resources;
using ShimService.Engine.Statistics;
using ShimService.Engine.Systemd;
using ShimService.Linux.Cgroups;
using ShimService.Oci;
using ShimService.Oci.Model;
using ShimService.Tasks.Stats;

namespace ShimService.Engine.Containers;

/// <summary>Limits and measurements.</summary>
internal sealed partial class LinuxContainer
{
    /// <inheritdoc/>
    public async Task UpdateAsync(ReadOnlyMemory<byte> resources, CancellationToken abort)
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

        if (Scope is { } scope
            && ScopeProperties.Limits(parsed, _cgroup.Layout.Mode == CgroupMode.Unified) is { Count: > 0 } properties)
        {
            await scope.SetAsync(properties);
        }

        ContainerLimits.Update(_cgroup, parsed);
    }

    /// <inheritdoc/>
    public ContainerStats ReadStats() => ContainerStatsReader.Read(_cgroup, _parts.Options.Time.GetUtcNow());

    /// <inheritdoc/>
    public CgroupCounters ReadCounters() => CgroupCountersReader.Read(_cgroup);
}
