using System.Globalization;
using ShimService.Contracts.V1;

namespace ShimService.Cli.Arguments;

/// <summary>Networks and published ports as Docker's client spells them. Pure.</summary>
internal static class NetworkWords
{
    /// <summary>Whether --network names a namespace and no network: private, a path.</summary>
    public static bool IsNamespace(string text) => text is "private" || text.StartsWith('/');

    /// <summary>NAME, none, host, container:ID, or name=NAME,ip=…,ip6=…,mac-address=…,alias=…,gw-priority=….</summary>
    public static NetworkAttachment FromNetwork(string text)
    {
        var attachment = new NetworkAttachment();
        if (!text.Contains('='))
        {
            attachment.Network = text;
            return attachment;
        }

        foreach (string pair in text.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] sides = pair.Split('=', 2);
            string value = sides.Length == 2 ? sides[1] : "";
            switch (sides[0])
            {
                case "name":
                    attachment.Network = value;
                    break;
                case "ip":
                    attachment.Ipv4Address = value;
                    break;
                case "ip6":
                    attachment.Ipv6Address = value;
                    break;
                case "mac-address":
                    attachment.MacAddress = value;
                    break;
                case "alias":
                    attachment.Aliases.Add(value);
                    break;
                case "gw-priority" when int.TryParse(value, CultureInfo.InvariantCulture, out int priority):
                    attachment.GatewayPriority = priority;
                    break;
                default:
                    throw new CliException(
                        $"--network {text}: {pair} is not understood; there are name ip ip6 mac-address alias gw-priority");
            }
        }

        return attachment;
    }

    /// <summary>[[ADDRESS:]PORT[-PORT]:]PORT[-PORT][/tcp|udp|sctp]; an IPv6 address in brackets.</summary>
    public static PortMapping FromPublish(string text)
    {
        string[] slash = text.Split('/', 2);
        var mapping = new PortMapping { Protocol = slash.Length == 2 ? slash[1] : "" };
        string ports = slash[0];
        int last = ports.LastIndexOf(':');
        (mapping.ContainerPort, mapping.ContainerPortEnd) = Range(text, ports[(last + 1)..], optional: false);
        if (last < 0)
        {
            return mapping;
        }

        string host = ports[..last];
        int colon = host.LastIndexOf(':');
        int bracket = host.LastIndexOf(']');
        if (colon > bracket)
        {
            mapping.HostIp = host[..colon].Trim('[', ']');
            host = host[(colon + 1)..];
        }
        else if (bracket >= 0)
        {
            throw Refuse(text);
        }

        (mapping.HostPort, mapping.HostPortEnd) = Range(text, host, optional: true);
        return mapping;
    }

    private static (uint First, uint End) Range(string whole, string text, bool optional)
    {
        if (text.Length == 0 && optional)
        {
            return (0, 0);
        }

        string[] ends = text.Split('-', 2);
        uint end = 0;
        return uint.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out uint first)
            && (ends.Length == 1 || uint.TryParse(ends[1], NumberStyles.None, CultureInfo.InvariantCulture, out end))
            ? (first, end)
            : throw Refuse(whole);
    }

    private static CliException Refuse(string text) =>
        new($"-p {text}: write [[ADDRESS:]PORT:]PORT[/udp], ranges as 8000-8010");
}
