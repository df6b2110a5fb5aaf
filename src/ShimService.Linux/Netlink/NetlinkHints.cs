using ShimService.Linux.Errors;

namespace ShimService.Linux.Netlink;

/// <summary>What to do about the kernel's refusals, where the number alone does not say it.</summary>
internal static class NetlinkHints
{
    /// <param name="complaint">The kernel's own words; null when it said nothing.</param>
    public static string? For(Errno errno, string? complaint)
    {
        var wayOut = errno switch
        {
            Errno.EPERM => "run with CAP_NET_ADMIN in the user namespace that owns this network namespace",
            Errno.EOPNOTSUPP => "the kernel lacks this kind of interface: load the module bridge or veth",
            Errno.EEXIST => "something of that name or value exists: remove it, or choose another",
            Errno.ENODEV => "the interface is not there (any more)",
            Errno.ENETUNREACH => "the gateway is not inside a subnet of the interface",
            Errno.EADDRNOTAVAIL => "the address is not there (any more)",
            Errno.EXFULL => "a bridge has at most 1023 ports: use another network",
            Errno.EBUSY => "it belongs to another bridge or is in use: take it out there first",
            _ => null,
        };
        return (complaint, wayOut) switch
        {
            (null, _) => wayOut,
            (_, null) => complaint,
            _ => $"{complaint}; {wayOut}",
        };
    }
}
