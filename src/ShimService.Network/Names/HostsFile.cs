using System.Text;

namespace ShimService.Network.Names;

/// <summary>
/// The text of a container's /etc/hosts: the loopback names, itself, and whom it may call by name. Pure.
/// </summary>
internal static class HostsFile
{
    private const string Loopback = "127.0.0.1\tlocalhost\n";

    private const string Loopback6 = """
        ::1	localhost ip6-localhost ip6-loopback
        fe00::	ip6-localnet
        ff00::	ip6-mcastprefix
        ff02::1	ip6-allnodes
        ff02::2	ip6-allrouters

        """;

    /// <param name="entries">Address and the names it goes by.</param>
    public static string Render(ContainerRecord own, IEnumerable<(string Address, string Names)> entries)
    {
        var text = new StringBuilder(Loopback);
        if (own.Endpoints.Any(static endpoint => endpoint.IPv6Address.Length > 0))
        {
            text.Append(Loopback6);
        }

        foreach (var extra in own.ExtraHosts)
        {
            var equals = extra.IndexOf('=', StringComparison.Ordinal);
            var (name, place) = (extra[..equals], extra[(equals + 1)..]);
            foreach (var address in place == "host-gateway" ? own.Endpoints.SelectMany(Gateways) : [place])
            {
                text.Append(address).Append('\t').Append(name).Append('\n');
            }
        }

        foreach (var (address, names) in own.Endpoints.SelectMany(Addresses).Select(address => (address, own.Hostname)).Concat(entries))
        {
            text.Append(address).Append('\t').Append(names).Append('\n');
        }

        return text.ToString();
    }

    private static IEnumerable<string> Gateways(EndpointRecord endpoint) =>
        new[] { endpoint.IPv4Gateway, endpoint.IPv6Gateway }.Where(static gateway => gateway.Length > 0);

    /// <summary>
    /// Whom a container may call: its links, and on networks other than the default one everybody by id and alias.
    /// </summary>
    public static IEnumerable<(string Address, string Names)> Entries(
        ContainerRecord own, IReadOnlyCollection<ContainerRecord> all, string defaultNetwork)
    {
        foreach (var link in own.Links)
        {
            var (name, alias) = Split(link);
            foreach (var other in all.Where(other => other.Container == name))
            {
                foreach (var address in other.Endpoints.Where(endpoint => SharesNetwork(own, endpoint)).SelectMany(Addresses))
                {
                    yield return (
                        address, string.Join(' ', new[] { alias, other.Hostname, other.Container }.Distinct()));
                }
            }
        }

        foreach (var other in all.Where(other => other.Container != own.Container))
        {
            foreach (var endpoint in other.Endpoints)
            {
                if (endpoint.Network != defaultNetwork && SharesNetwork(own, endpoint))
                {
                    foreach (var address in Addresses(endpoint))
                    {
                        yield return (address, string.Join(' ', endpoint.Aliases.Prepend(other.Container).Distinct()));
                    }
                }
            }
        }
    }

    /// <summary>"container" or "container:alias".</summary>
    public static (string Container, string Alias) Split(string link)
    {
        var colon = link.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? (link, link) : (link[..colon], link[(colon + 1)..]);
    }

    private static bool SharesNetwork(ContainerRecord own, EndpointRecord endpoint) =>
        own.Endpoints.Any(mine => mine.NetworkId == endpoint.NetworkId);

    private static IEnumerable<string> Addresses(EndpointRecord endpoint) =>
        new[] { endpoint.IPv4Address, endpoint.IPv6Address }.Where(static address => address.Length > 0);
}
