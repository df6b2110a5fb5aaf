namespace ShimService.Linux.Netlink;

/// <summary>
/// A bridge to make. Its address is set, because one that a bridge takes from its ports changes with them. MTU 0 = the
/// kernel's.
/// </summary>
public sealed record BridgeSpec(string Name, MacAddress Address, int Mtu);
