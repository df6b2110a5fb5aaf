namespace ShimService.Linux.Netlink;

/// <summary>
/// A veth pair to make in one step: one end here, a port of a bridge; the other in another network namespace, with its
/// name, address and MTU from its first moment, and down.
/// </summary>
public sealed record VethSpec
{
    public required string Name { get; init; }

    /// <summary>Index of the bridge; 0 = none.</summary>
    public int Master { get; init; }

    public required FileDescriptor PeerNamespace { get; init; }

    public required string PeerName { get; init; }

    public required MacAddress PeerAddress { get; init; }

    /// <summary>Of both ends; 0 = the kernel's.</summary>
    public int Mtu { get; init; }
}
