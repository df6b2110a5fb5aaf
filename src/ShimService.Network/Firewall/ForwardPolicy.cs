namespace ShimService.Network.Firewall;

/// <summary>
/// Who else on this host drops what is forwarded. In nftables a drop is final in whichever chain, and an accept is the
/// chain's own: our table cannot let pass what another's policy drops (Docker's does, and many a distribution's). So it
/// is told, with the rule that lets it pass. Pure.
/// </summary>
internal static class ForwardPolicy
{
    /// <summary>The chains that drop by policy and whose table does not know the bridge, as nft names them.</summary>
    /// <param name="ruleset">What <c>nft list ruleset</c> says.</param>
    /// <param name="own">Our table's name.</param>
    /// <param name="withIPv6">Whether the bridge has IPv6.</param>
    public static IReadOnlyList<string> Dropping(string ruleset, string own, string bridge, bool withIPv6)
    {
        var found = new List<string>();
        var (table, chain, first) = ("", "", 0);
        var isKnown = false;
        foreach (var line in ruleset.Split('\n'))
        {
            var words = line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            if (words is ["table", var family, var name, "{"])
            {
                var isOurs = name == own || (family is not ("ip" or "inet") && !(family == "ip6" && withIPv6));
                (table, chain, first, isKnown) = (isOurs ? "" : $"{family} {name}", "", found.Count, false);
            }
            else if (words is ["chain", var chainName, "{"])
            {
                chain = chainName;
            }
            else if (line.StartsWith('}'))
            {
                table = "";
            }
            else if (table.Length > 0)
            {
                isKnown |= line.Contains($"\"{bridge}\"", StringComparison.Ordinal);
                if (words.Contains("forward") && words.Contains("hook") && line.Contains("policy drop", StringComparison.Ordinal))
                {
                    found.Add($"{table} {chain}");
                }

                if (isKnown)
                {
                    found.RemoveRange(first, found.Count - first);
                }
            }
        }

        return found;
    }

    /// <summary>What to tell of one of them.</summary>
    public static string Warning(string chain, string bridge) =>
        $"the firewall's chain {chain} drops what is forwarded, so containers on {bridge} reach only the host: "
        + $"nft insert rule {chain} iifname \"{bridge}\" accept; nft insert rule {chain} oifname \"{bridge}\" accept";
}
