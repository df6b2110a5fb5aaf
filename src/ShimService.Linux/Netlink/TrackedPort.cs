using System.Net;

namespace ShimService.Linux.Netlink;

/// <summary>A port of this host that flows are tracked to.</summary>
/// <param name="Protocol">17 = UDP, 132 = SCTP. Source: IANA protocol numbers.</param>
/// <param name="Address">Null = every address.</param>
public readonly record struct TrackedPort(byte Protocol, int Port, IPAddress? Address);
