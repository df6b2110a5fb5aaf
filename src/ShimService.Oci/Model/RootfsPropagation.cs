namespace ShimService.Oci.Model;

/// <summary>
/// How mounts travel between the container's root and the outside.
/// Source: OCI runtime-spec 1.3.0 config-linux.md#rootfs-mount-propagation.
/// </summary>
public enum RootfsPropagation
{
    /// <summary>Absent: recursively slave, so that nothing leaves the container.</summary>
    Default,
    Private,
    RecursivePrivate,
    Slave,
    RecursiveSlave,

    /// <summary>
    /// What the host mounts below a bound directory is seen in the container, and the other way round.
    /// </summary>
    Shared,
    RecursiveShared,

    /// <summary>Private, and not to be bound anywhere else.</summary>
    Unbindable,
    RecursiveUnbindable,
}
