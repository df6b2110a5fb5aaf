using System.Globalization;
using System.Text;

namespace ShimService.Network.Firewall;

/// <summary>
/// What nft is told, pure. One table of ours and no rule in any other:
/// <code>
/// prerouting, output ─▶ publish: address and port of the host ─▶ of the container   (maps, one element a port)
/// raw                ─▶ nobody on a network reaches the host's own loopback
/// forward            ─▶ into a network: answers and published ports; within it unless isolated; else nothing
/// postrouting        ─▶ masquerade: out of a network, from loopback, and back into the network it came from
/// </code>
/// A published port is an element of a map, so that publishing changes no rule. ::1 cannot be routed to a bridge: who
/// tries is refused there and comes by 127.0.0.1. Source: nft(8) 1.0.6; Linux ≥ 5.6 for the maps of address and port.
/// </summary>
internal static class FirewallScript
{
    /// <summary>The whole table anew; in one transaction it replaces what was there.</summary>
    public static string Whole(string table, IEnumerable<NetworkRecord> networks, IEnumerable<ForwardedPort> ports)
    {
        var script = new StringBuilder();
        var bridges = networks.Where(static network => network.Type == NetworkRecord.Bridge).ToList();
        script.Append(CultureInfo.InvariantCulture, $$"""
            add table inet {{table}}
            delete table inet {{table}}
            table inet {{table}} {
              map any4 { type inet_proto . inet_service : ipv4_addr . inet_service; }
              map on4 { type ipv4_addr . inet_proto . inet_service : ipv4_addr . inet_service; }
              map any6 { type inet_proto . inet_service : ipv6_addr . inet_service; }
              map on6 { type ipv6_addr . inet_proto . inet_service : ipv6_addr . inet_service; }
              chain publish {
                ip6 daddr ::1 return
                dnat ip to ip daddr . meta l4proto . th dport map @on4
                dnat ip to meta l4proto . th dport map @any4
                dnat ip6 to ip6 daddr . meta l4proto . th dport map @on6
                dnat ip6 to meta l4proto . th dport map @any6
              }
              chain prerouting {
                type nat hook prerouting priority -100; policy accept;
                fib daddr type local meta l4proto { tcp, udp, sctp } jump publish
              }
              chain output {
                type nat hook output priority -100; policy accept;
                fib daddr type local meta l4proto { tcp, udp, sctp } jump publish
              }

            """);
        Chain(script, "raw", "filter hook prerouting priority -300", bridges, static network =>
            [$"iifname \"{network.InterfaceName}\" ip daddr 127.0.0.0/8 drop"]);
        Chain(script, "forward", "filter hook forward priority 0", bridges, Forward);
        Chain(script, "postrouting", "nat hook postrouting priority 100", bridges, Masquerade);
        script.Append("}\n");
        Elements(script, "add", table, ports);
        return script.ToString();
    }

    public static string Add(string table, IEnumerable<ForwardedPort> ports) => Changed("add", table, ports);

    public static string Remove(string table, IEnumerable<ForwardedPort> ports) => Changed("delete", table, ports);

    public static string RemoveWhole(string table) => $"add table inet {table}\ndelete table inet {table}\n";

    private static string Changed(string verb, string table, IEnumerable<ForwardedPort> ports)
    {
        var script = new StringBuilder();
        Elements(script, verb, table, ports);
        return script.ToString();
    }

    private static void Chain(
        StringBuilder script, string name, string hook, List<NetworkRecord> networks, Func<NetworkRecord, IEnumerable<string>> rules)
    {
        script.Append(CultureInfo.InvariantCulture, $"  chain {name} {{\n    type {hook}; policy accept;\n");
        foreach (var rule in networks.SelectMany(rules))
        {
            script.Append(CultureInfo.InvariantCulture, $"    {rule}\n");
        }

        script.Append("  }\n");
    }

    // Frames between two ports of one bridge come by here too where br_netfilter shows them to the firewall.
    private static IEnumerable<string> Forward(NetworkRecord network)
    {
        var (into, from) = ($"oifname \"{network.InterfaceName}\"", $"iifname \"{network.InterfaceName}\"");
        yield return $"{into} ct state established,related accept";
        if (network.Internal)
        {
            yield return $"{from} {into.Replace("oifname", "oifname !=", StringComparison.Ordinal)} drop";
        }
        else
        {
            yield return $"{into} ct status dnat accept";
        }

        if (!network.Isolated)
        {
            yield return $"{from} {into} accept";
        }

        yield return $"{into} drop";
    }

    private static IEnumerable<string> Masquerade(NetworkRecord network)
    {
        var into = $"oifname \"{network.InterfaceName}\"";
        yield return $"{into} ip saddr 127.0.0.0/8 ct status dnat masquerade";
        foreach (var subnet in network.Subnets)
        {
            var source = $"{(subnet.IsIPv6 ? "ip6" : "ip")} saddr {subnet.Subnet}";
            yield return $"{into} {source} ct status dnat masquerade";
            if (network is { Masquerade: true, Internal: false })
            {
                yield return $"oifname != \"{network.InterfaceName}\" {source} masquerade";
            }
        }
    }

    private static void Elements(StringBuilder script, string verb, string table, IEnumerable<ForwardedPort> ports)
    {
        foreach (var map in ports.GroupBy(MapOf))
        {
            script.Append(CultureInfo.InvariantCulture, $"{verb} element inet {table} {map.Key} {{ ");
            script.AppendJoin(
                ", ", map.Select(port => verb == "delete" ? KeyOf(port) : $"{KeyOf(port)} : {ValueOf(port)}"));
            script.Append(" }\n");
        }
    }

    private static string MapOf(ForwardedPort port) =>
        (IsAny(port) ? "any" : "on") + (port.Port.IsIPv6 ? "6" : "4");

    private static string KeyOf(ForwardedPort port)
    {
        var service = string.Create(CultureInfo.InvariantCulture, $"{port.Port.Protocol} . {port.Port.HostPort}");
        return IsAny(port) ? service : $"{port.Port.HostIp} . {service}";
    }

    private static string ValueOf(ForwardedPort port) =>
        string.Create(CultureInfo.InvariantCulture, $"{port.ContainerIp} . {port.Port.ContainerPort}");

    private static bool IsAny(ForwardedPort port) => port.Port.HostIp is "0.0.0.0" or "::";
}
