using System.Globalization;

namespace ShimService.Oci.Build.Names;

/// <summary>
/// The variables by which a linked container is known, as Docker once made them and still does by a switch: the port
/// to talk to, every port, runs of ports by their ends, and the container's own variables. Pure.
/// </summary>
public static class LinkEnvironment
{
    /// <param name="parent">The container that gets them: links are named "/parent/alias".</param>
    public static IReadOnlyList<string> Build(string parent, LinkedContainer link)
    {
        var alias = link.Alias.Replace('-', '_').ToUpperInvariant();
        var env = new List<string>();
        if (link.Addresses.Count > 0)
        {
            var ports = new List<LinkPort>(link.Ports);
            ports.Sort(Compare);
            AddPorts(env, alias, link.Addresses[0], ports);
        }

        env.Add($"{alias}_NAME=/{parent}/{link.Alias}");
        foreach (var entry in link.Env)
        {
            if (!entry.StartsWith("HOME=", StringComparison.Ordinal)
                && !entry.StartsWith("PATH=", StringComparison.Ordinal))
            {
                env.Add($"{alias}_ENV_{entry}");
            }
        }

        return env;
    }

    private static void AddPorts(List<string> env, string alias, string address, List<LinkPort> ports)
    {
        for (var start = 0; start < ports.Count;)
        {
            var end = start;
            while (end + 1 < ports.Count && ports[end + 1].Protocol == ports[start].Protocol
                && ports[end + 1].Number == ports[end].Number + 1)
            {
                end++;
            }

            if (start == 0)
            {
                env.Add($"{alias}_PORT={Url(address, ports[0])}");
            }

            if (end > start)
            {
                AddRun(env, Name(alias, ports[start]), address, ports[start], ports[end]);
            }

            for (; start <= end; start++)
            {
                AddOne(env, Name(alias, ports[start]), address, ports[start]);
            }
        }
    }

    private static void AddRun(List<string> env, string name, string address, LinkPort first, LinkPort last)
    {
        env.Add($"{name}_START={Url(address, first)}");
        env.Add($"{name}_PORT_START={Text(first)}");
        env.Add($"{name}_END={Url(address, last)}");
        env.Add($"{name}_PORT_END={Text(last)}");
    }

    private static void AddOne(List<string> env, string name, string address, LinkPort port)
    {
        env.Add($"{name}={Url(address, port)}");
        env.Add($"{name}_ADDR={address}");
        env.Add($"{name}_PORT={Text(port)}");
        env.Add($"{name}_PROTO={port.Protocol}");
    }

    private static string Name(string alias, LinkPort port) =>
        $"{alias}_PORT_{Text(port)}_{port.Protocol.ToUpperInvariant()}";

    private static string Url(string address, LinkPort port) => address.Contains(':')
        ? $"{port.Protocol}://[{address}]:{Text(port)}"
        : $"{port.Protocol}://{address}:{Text(port)}";

    private static string Text(LinkPort port) => port.Number.ToString(CultureInfo.InvariantCulture);

    // tcp first, then by number.
    private static int Compare(LinkPort first, LinkPort second)
    {
        var byProtocol = (first.Protocol != "tcp").CompareTo(second.Protocol != "tcp");
        byProtocol = byProtocol != 0 ? byProtocol : string.CompareOrdinal(first.Protocol, second.Protocol);
        return byProtocol != 0 ? byProtocol : first.Number.CompareTo(second.Number);
    }
}
