using System.Net;

namespace ShimService.Linux.Netlink;

/// <summary>A unicast route of the main table. Destination null = the default route.</summary>
public readonly record struct RouteInfo(
    IPAddress? Destination, int PrefixLength, IPAddress? Gateway, int Link, uint Priority);
