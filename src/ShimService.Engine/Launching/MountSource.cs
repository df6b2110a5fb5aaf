using ShimService.Linux.Abi;

namespace ShimService.Engine.Launching;

/// <summary>
/// A source of a bind mount that the container's process may not open itself: it is opened with the shim's rights, in
/// the container's mount namespace, and handed over.
/// </summary>
/// <param name="Path">Absolute, on the host.</param>
/// <param name="Recursive">With all that is mounted below it.</param>
/// <param name="Destination">Where it will be in the container: what its errors are named by.</param>
public sealed record MountSource(string Path, bool Recursive, string Destination)
{
    /// <summary>None = what it has.</summary>
    public MountFlags Propagation { get; init; }

    /// <summary>The link itself, where the path is one.</summary>
    public bool IsLink { get; init; }

    /// <summary>null = its ids are not mapped.</summary>
    public MountIdMap? Map { get; init; }
}
