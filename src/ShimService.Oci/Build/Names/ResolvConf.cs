using System.Text;

namespace ShimService.Oci.Build.Names;

/// <summary>
/// /etc/resolv.conf of a container: the host's, with the config's servers, search list and options in the place of the
/// host's. In a network namespace of its own a server on the host's loopback cannot be reached: it is left out, and
/// where none is left, public ones are named. Pure.
/// </summary>
public static class ResolvConf
{
    private static readonly string[] PublicServers = ["8.8.8.8", "8.8.4.4"];
    private static readonly string[] PublicServers6 = ["2001:4860:4860::8888", "2001:4860:4860::8844"];

    /// <summary>
    /// What systemd-resolved writes for others: its own stub is of no use outside of the host's network.
    /// </summary>
    public const string UpstreamPath = "/run/systemd/resolve/resolv.conf";

    /// <summary>Whether a file names systemd-resolved's stub alone.</summary>
    public static bool IsStub(string content)
    {
        var servers = Values(content, "nameserver");
        return servers.Count == 1 && servers[0] == "127.0.0.53";
    }

    /// <summary>Errors: <see cref="SpecException"/> for a server that is no address.</summary>
    public static byte[] Build(string host, ResolvConfig config)
    {
        CheckServers(config.Servers);
        var isOwn = config.Servers.Count > 0;
        var servers = isOwn ? config.Servers : Reachable(Values(host, "nameserver"), config);
        var search = config.Search.Count > 0 ? config.Search : Words(Values(host, "search"));
        var options = config.Options.Count > 0 ? config.Options : Words(Values(host, "options"));
        var text = new StringBuilder();
        foreach (var server in servers)
        {
            text.Append("nameserver ").Append(server).Append('\n');
        }

        // "." alone is how a person says: no search list.
        if (search.Count > 0 && search is not ["."])
        {
            text.Append("search ").AppendJoin(' ', search).Append('\n');
        }

        if (options.Count > 0)
        {
            text.Append("options ").AppendJoin(' ', options).Append('\n');
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static IReadOnlyList<string> Reachable(IReadOnlyList<string> servers, ResolvConfig config)
    {
        if (config.IsHostNetwork)
        {
            return servers;
        }

        List<string> kept = [.. servers.Where(server =>
            !AddressText.IsLoopback(server)
            && (AddressText.IsIpv4(server) || (config.HasIpv6 && AddressText.IsIpv6(server.Split('%')[0]))))];
        return kept.Count > 0 ? kept : config.HasIpv6 ? [.. PublicServers, .. PublicServers6] : PublicServers;
    }

    private static void CheckServers(IReadOnlyList<string> servers)
    {
        for (var i = 0; i < servers.Count; i++)
        {
            if (!AddressText.IsAddress(servers[i]))
            {
                throw new SpecException($"config.dns[{i}]", $"\"{servers[i]}\" is not an address");
            }
        }
    }

    private static List<string> Values(string content, string keyword)
    {
        var values = new List<string>();
        foreach (var line in content.Split('\n'))
        {
            var trimmed = line.Trim();
            if (trimmed.StartsWith(keyword, StringComparison.Ordinal) && trimmed.Length > keyword.Length
                && char.IsWhiteSpace(trimmed[keyword.Length]))
            {
                values.Add(trimmed[keyword.Length..].Trim());
            }
        }

        return values;
    }

    // Of several lines the last one counts (man 5 resolv.conf).
    private static string[] Words(List<string> lines) =>
        lines.Count == 0 ? [] : lines[^1].Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
}
