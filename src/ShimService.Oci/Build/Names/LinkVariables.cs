using System.Globalization;

namespace ShimService.Oci.Build.Names;

/// <summary>
/// The variables that a link brings: ALIAS_PORT for the first port, four for each port, four more for the first port of
/// a run of three and above, ALIAS_NAME, and the other's own as ALIAS_ENV_NAME. Pure. Source: moby daemon/links, where
/// DOCKER_KEEP_DEPRECATED_LEGACY_LINKS_ENV_VARS=1 asks for them.
/// </summary>
public static class LinkVariables
{
    public static IReadOnlyList<string> Of(LinkedContainer link)
    {
        var alias = link.Alias.ToUpperInvariant().Replace('-', '_');
        List<LinkedPort> ports =
        [
            .. link.Ports.Distinct().OrderBy(static port => port.Number)
                .ThenBy(static port => port.Protocol != "tcp").ThenBy(static port => port.Protocol, StringComparer.Ordinal),
        ];
        var list = new List<string>();
        if (ports.Count > 0)
        {
            list.Add($"{alias}_PORT={Url(link, ports[0])}");
        }

        for (var first = 0; first < ports.Count;)
        {
            var last = LastOfRun(ports, first);
            if (last > first + 1)
            {
                AddRun(list, alias, link, ports[first], ports[last]);
            }

            first = last > first + 1 ? last + 1 : first + 1;
        }

        foreach (var port in ports)
        {
            var name = NameOf(alias, port);
            list.Add($"{name}={Url(link, port)}");
            list.Add($"{name}_ADDR={link.Address}");
            list.Add($"{name}_PORT={Text(port)}");
            list.Add($"{name}_PROTO={port.Protocol}");
        }

        list.Add($"{alias}_NAME=/{link.Owner}/{link.Alias}");
        list.AddRange(
            from entry in link.Env
            where entry.IndexOf('=', StringComparison.Ordinal) > 0
                && !entry.StartsWith("HOME=", StringComparison.Ordinal)
                && !entry.StartsWith("PATH=", StringComparison.Ordinal)
            select $"{alias}_ENV_{entry}");
        return list;
    }

    private static void AddRun(List<string> list, string alias, LinkedContainer link, LinkedPort first, LinkedPort last)
    {
        var name = NameOf(alias, first);
        list.Add($"{name}_START={Url(link, first)}");
        list.Add($"{name}_PORT_START={Text(first)}");
        list.Add($"{name}_END={Url(link, last)}");
        list.Add($"{name}_PORT_END={Text(last)}");
    }

    private static int LastOfRun(List<LinkedPort> ports, int first)
    {
        var last = first;
        while (last + 1 < ports.Count && ports[last + 1].Number <= ports[last].Number + 1)
        {
            last++;
        }

        return last;
    }

    private static string NameOf(string alias, LinkedPort port) =>
        $"{alias}_PORT_{Text(port)}_{port.Protocol.ToUpperInvariant()}";

    private static string Url(LinkedContainer link, LinkedPort port) =>
        $"{port.Protocol}://{(link.Address.Contains(':', StringComparison.Ordinal) ? $"[{link.Address}]" : link.Address)}:{Text(port)}";

    private static string Text(LinkedPort port) => port.Number.ToString(CultureInfo.InvariantCulture);
}
