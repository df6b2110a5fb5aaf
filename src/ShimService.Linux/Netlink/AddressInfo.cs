using System.Net;

namespace ShimService.Linux.Netlink;

/// <summary>An address of an interface.</summary>
public readonly record struct AddressInfo(int Link, IPAddress Address, int PrefixLength);
