using System.CommandLine;
using ShimService.Contracts.V1;

namespace ShimService.Cli.Arguments;

/// <summary>The options that say what networks a container is on.</summary>
internal sealed class NetworkOptions
{
    public Option<string[]> Networks { get; } = ContainerOptions.Many(
        "--network", "NAME", "a network, \"bridge\" for the default one; or none, host, container:ID, private, a path", "--net");

    public Option<string[]> Publish { get; } =
        ContainerOptions.Many(
            "--publish", "[[ADDRESS:]PORT:]PORT[/udp]", "a port of the host leads to the container's", "-p");

    public Option<bool> PublishAll { get; } =
        new("--publish-all", "-P") { Description = "every exposed port gets a free one of the host" };

    public Option<string[]> Expose { get; } =
        ContainerOptions.Many("--expose", "PORT[/udp]", "a port that -P publishes");

    public Option<string?> Ip { get; } =
        ContainerOptions.Text("--ip", "ADDRESS", "its IPv4 address on the first network");

    public Option<string?> Ip6 { get; } =
        ContainerOptions.Text("--ip6", "ADDRESS", "its IPv6 address on the first network");

    public Option<string?> MacAddress { get; } =
        ContainerOptions.Text("--mac-address", "MAC", "its Ethernet address on the first network");

    public Option<string[]> Aliases { get; } =
        ContainerOptions.Many("--network-alias", "NAME", "one more name for it on its networks");

    public Option<string[]> Links { get; } = ContainerOptions.Many("--link", "ID[:ALIAS]", "that container by name");

    public Option<bool> LinkVariables { get; } =
        new("--link-variables") { Description = "the environment tells of the links: ALIAS_PORT_80_TCP_ADDR and so on" };

    public IEnumerable<Symbol> Symbols =>
        [Networks, Publish, PublishAll, Expose, Ip, Ip6, MacAddress, Aliases, Links, LinkVariables];

    /// <summary>--network as a namespace; empty when it names networks.</summary>
    public string Namespace(ParseResult parsed) =>
        parsed.GetValue(Networks)! is [string only] && NetworkWords.IsNamespace(only) && Asked(parsed) == 1 ? only : "";

    /// <summary>Null when nothing was said of networks.</summary>
    public ContainerNetworking? Networking(ParseResult parsed)
    {
        if (Asked(parsed) == 0 || Namespace(parsed).Length > 0)
        {
            return null;
        }

        var networking = new ContainerNetworking
        {
            PublishAll = parsed.GetValue(PublishAll),
            LinkVariables = parsed.GetValue(LinkVariables),
        };
        networking.Networks.Add(parsed.GetValue(Networks)!.Select(NetworkWords.FromNetwork));
        networking.Ports.Add(parsed.GetValue(Publish)!.Select(NetworkWords.FromPublish));
        networking.ExposedPorts.Add(parsed.GetValue(Expose)!);
        networking.Links.Add(parsed.GetValue(Links)!);
        if (networking.Networks.Count == 0)
        {
            networking.Networks.Add(new NetworkAttachment { Network = "bridge" });
        }

        NetworkAttachment first = networking.Networks[0];
        first.Ipv4Address = parsed.GetValue(Ip) ?? first.Ipv4Address;
        first.Ipv6Address = parsed.GetValue(Ip6) ?? first.Ipv6Address;
        first.MacAddress = parsed.GetValue(MacAddress) ?? first.MacAddress;
        foreach (NetworkAttachment attachment in networking.Networks)
        {
            attachment.Aliases.Add(parsed.GetValue(Aliases)!);
        }

        return networking;
    }

    // How many of the options were given.
    private int Asked(ParseResult parsed) =>
        Symbols.OfType<Option>().Count(option => parsed.GetResult(option) is { Implicit: false });
}
