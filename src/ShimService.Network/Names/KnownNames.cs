using ShimService.Network.Errors;

namespace ShimService.Network.Names;

/// <summary>Whom a container may call by name, and what a link says. Pure.</summary>
internal static class KnownNames
{
    /// <summary>
    /// A container's links, and on networks other than the default one everybody by id and alias.
    /// </summary>
    public static List<NamedAddress> Of(
        ContainerRecord own, IReadOnlyCollection<ContainerRecord> all, string defaultNetwork)
    {
        var list = new List<NamedAddress>();
        foreach (var link in own.Links)
        {
            var (name, alias) = Split(link);
            foreach (var other in all.Where(other => other.Container == name))
            {
                string[] names = [.. new[] { alias, other.Hostname, other.Container }.Distinct()];
                list.AddRange(other.Endpoints.Where(endpoint => SharesNetwork(own, endpoint))
                    .SelectMany(static endpoint => endpoint.Addresses)
                    .Select(address => new NamedAddress(address, names)));
            }
        }

        foreach (var other in all.Where(other => other.Container != own.Container))
        {
            foreach (var endpoint in other.Endpoints.Where(
                endpoint => endpoint.Network != defaultNetwork && SharesNetwork(own, endpoint)))
            {
                string[] names = [.. endpoint.Aliases.Prepend(other.Container).Distinct()];
                list.AddRange(endpoint.Addresses.Select(address => new NamedAddress(address, names)));
            }
        }

        return list;
    }

    /// <summary>May it stand in a hosts file? A line break in it would begin a line of its own.</summary>
    public static bool IsName(string name) => name.Length > 0 && !name.Any(static letter =>
        char.IsWhiteSpace(letter) || char.IsControl(letter) || letter is ':' or '#' or '/');

    /// <summary>Errors: InvalidArgument for one that is no name.</summary>
    public static void CheckAliases(IReadOnlyList<string> aliases)
    {
        if (aliases.FirstOrDefault(static alias => !IsName(alias)) is { } bad)
        {
            throw NetworkErrors.Invalid("networks.aliases", $"\"{bad}\" is no name of a host");
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
}
