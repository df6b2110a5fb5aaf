using ShimService.Linux;
using ShimService.Linux.Errors;

namespace ShimService.Network.Bridges;

/// <summary>
/// Switches of the host's network namespace below /proc/sys/net. Errors: KernelException with the way out.
/// </summary>
internal static class HostSettings
{
    /// <summary>The host routes between its interfaces: without it no container gets out.</summary>
    public static void Forward(bool alsoIPv6)
    {
        Set("ipv4/ip_forward", "1");
        if (alsoIPv6)
        {
            Set("ipv6/conf/all/forwarding", "1");
        }
    }

    /// <summary>
    /// A container must not be the host's IPv6 router (accept_ra); and the host's loopback addresses may be routed to
    /// it, for a port published there, against which the firewall guards the other direction.
    /// </summary>
    public static void PrepareBridge(string name)
    {
        Set($"ipv4/conf/{name}/route_localnet", "1");
        SetIfThere($"ipv6/conf/{name}/accept_ra", "0");
    }

    private static void SetIfThere(string setting, string value)
    {
        if (File.Exists("/proc/sys/net/" + setting))
        {
            Set(setting, value);
        }
    }

    private static void Set(string setting, string value)
    {
        var path = "/proc/sys/net/" + setting;
        if (Files.ReadText(path).Trim() == value)
        {
            return;
        }

        try
        {
            Files.Write(path, value);
        }
        catch (KernelException error)
        {
            throw new KernelException(
                "set", error.Errno, path, $"set it to {value} before, or let this daemon write there");
        }
    }
}
