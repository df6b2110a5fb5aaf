using ShimService.Tasks.Errors;
using ShimService.Tasks.Stats;

namespace ShimService.Engine.Containers;

/// <summary>Limits and measurements.</summary>
internal sealed partial class LinuxContainer
{
    /// <inheritdoc/>
    public Task UpdateAsync(ReadOnlyMemory<byte> resources, CancellationToken abort) =>
        throw new TaskException(ErrorKind.Unimplemented, ErrorReason.UnsupportedField,
            "resources: this build cannot change the limits of a container that exists");

    /// <inheritdoc/>
    public ContainerStats ReadStats() =>
        throw new TaskException(ErrorKind.Unimplemented, ErrorReason.UnsupportedField,
            "stats: this build cannot measure containers");
}
