using ShimService.Tasks.Values;

namespace ShimService.Tasks.Ports;

/// <summary>What a container is made from. The engine reads config.json below <paramref name="Bundle"/> once.</summary>
public sealed record ContainerRequest(
    ContainerId Id,
    string Bundle,
    IReadOnlyList<RootfsMount> Rootfs,
    StdioRequest Stdio)
{
    public StreamOptions Streams { get; init; } = StreamOptions.Default;

    public SessionKeyring Keyring { get; init; }

    public CgroupDriver Cgroups { get; init; }

    public RootChange Root { get; init; }

    public EngineName Engine { get; init; }
}
