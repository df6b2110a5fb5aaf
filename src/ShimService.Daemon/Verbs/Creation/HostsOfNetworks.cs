using ShimService.Network;
using ShimService.Oci.Build.Names;

namespace ShimService.Daemon.Verbs.Creation;

/// <summary>The hosts file of a container on networks: what the networks know, as every hosts file is written.</summary>
internal static class HostsOfNetworks
{
    /// <inheritdoc cref="HostsWriter"/>
    public static byte[] Write(ContainerRecord own, IReadOnlyList<NamedAddress> others) =>
        HostsFile.Build(ContentOf(own) with
        {
            Others = [.. others.Select(static other => new HostsEntry(other.Address, other.Names))],
        });

    /// <summary>Errors: SpecException for a name that stands for the host, where no network has it.</summary>
    public static void Check(ContainerRecord own) => HostsFile.Check(ContentOf(own));

    /// <summary>Whether not even the loopback interface of a container has IPv6.</summary>
    public static bool IsIPv6Off(IReadOnlyDictionary<string, string> sysctls) =>
        !File.Exists("/proc/self/net/if_inet6")
        || sysctls.GetValueOrDefault("net.ipv6.conf.all.disable_ipv6") == "1"
        || sysctls.GetValueOrDefault("net.ipv6.conf.lo.disable_ipv6") == "1";

    private static HostsContent ContentOf(ContainerRecord own) => new()
    {
        Hostname = own.Hostname,
        Domainname = own.Domainname,
        HasIpv6 = !own.IPv6Off,
        Addresses = [.. own.Endpoints.SelectMany(static endpoint => endpoint.Addresses)],
        Extra = [.. own.ExtraHosts.Select(static host => ExtraHost.Parse(host, "config.extra_hosts"))],
        HostGateways = [.. own.Endpoints.SelectMany(static endpoint => endpoint.Gateways)],
    };
}
