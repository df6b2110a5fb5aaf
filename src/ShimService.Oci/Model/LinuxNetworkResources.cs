namespace ShimService.Oci.Model;

/// <summary>
/// Marks on a container's traffic; cgroup v1 only. Source: OCI runtime-spec 1.3.0 config-linux.md#network.
/// </summary>
public sealed record LinuxNetworkResources
{
    public uint? ClassId { get; init; }

    public IReadOnlyList<LinuxInterfacePriority> Priorities { get; init; } = [];
}
