using System.Text;

namespace ShimService.Oci.Build.Names;

/// <summary>
/// /etc/hosts of a container: the loopback's names, what the config adds, links, and its own addresses. Pure.
/// </summary>
public static class HostsFile
{
    private const string Ipv4 = "127.0.0.1\tlocalhost\n";

    private const string Ipv6 =
        "::1\tlocalhost ip6-localhost ip6-loopback\nfe00::\tip6-localnet\nff00::\tip6-mcastprefix\n"
        + "ff02::1\tip6-allnodes\nff02::2\tip6-allrouters\n";

    /// <summary>
    /// Errors: <see cref="SpecException"/> for "host-gateway" where there is none, which is a new container's mistake;
    /// one that has lost its networks since merely loses the line.
    /// </summary>
    public static void Check(HostsContent content)
    {
        if (content.HostGateways.Count == 0
            && content.Extra.FirstOrDefault(static host => host.Address == ExtraHost.HostGateway) is { } extra)
        {
            throw new SpecException("config.extra_hosts",
                $"{extra.Name}: {ExtraHost.HostGateway} needs a network on which the host has an address");
        }
    }

    public static byte[] Build(HostsContent content)
    {
        var text = new StringBuilder(Ipv4);
        if (content.HasIpv6)
        {
            text.Append(Ipv6);
        }

        foreach (var host in content.Extra)
        {
            foreach (var address in host.Address == ExtraHost.HostGateway ? content.HostGateways : [host.Address])
            {
                Add(text, address, host.Name);
            }
        }

        foreach (var other in content.Others)
        {
            Add(text, other.Address, string.Join(' ', other.Names));
        }

        var own = content.Domainname.Length > 0
            ? $"{content.Hostname}.{content.Domainname} {content.Hostname}"
            : content.Hostname;
        foreach (var address in content.Addresses)
        {
            Add(text, address, own);
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static void Add(StringBuilder text, string address, string names) =>
        text.Append(address).Append('\t').Append(names).Append('\n');
}
