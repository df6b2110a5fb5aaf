namespace ShimService.Oci.Build.Names;

/// <summary>What /etc/hosts of a container is made from.</summary>
public sealed record HostsContent
{
    public required string Hostname { get; init; }

    public string Domainname { get; init; } = "";

    /// <summary>No when IPv6 is off in the container's network namespace.</summary>
    public bool HasIpv6 { get; init; } = true;

    /// <summary>The container's own, in the order of its networks.</summary>
    public IReadOnlyList<string> Addresses { get; init; } = [];

    public IReadOnlyList<ExtraHost> Extra { get; init; } = [];

    /// <summary>Where the container reaches the host.</summary>
    public IReadOnlyList<string> HostGateways { get; init; } = [];

    /// <summary>Links, and whom else the container may call by name.</summary>
    public IReadOnlyList<HostsEntry> Others { get; init; } = [];
}
