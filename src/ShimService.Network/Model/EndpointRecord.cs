using System.Text.Json.Serialization;

namespace ShimService.Network;

/// <summary>A container's place on one network: its lease, and the names of what was made for it.</summary>
public sealed record EndpointRecord
{
    public required string Network { get; init; }

    public required string NetworkId { get; init; }

    /// <summary>In the container.</summary>
    public required string InterfaceName { get; init; }

    /// <summary>On the host; empty where a plugin makes it.</summary>
    public string HostInterface { get; init; } = "";

    public string MacAddress { get; init; } = "";

    /// <summary>Addresses without their prefix length; empty without the family.</summary>
    public string IPv4Address { get; init; } = "";

    public int IPv4PrefixLength { get; init; }

    public string IPv4Gateway { get; init; } = "";

    public string IPv6Address { get; init; } = "";

    public int IPv6PrefixLength { get; init; }

    public string IPv6Gateway { get; init; } = "";

    /// <summary>Those it has, the IPv4 one first.</summary>
    [JsonIgnore]
    public IEnumerable<string> Addresses =>
        new[] { IPv4Address, IPv6Address }.Where(static address => address.Length > 0);

    /// <summary>Where the host is reached, the IPv4 one first.</summary>
    [JsonIgnore]
    public IEnumerable<string> Gateways =>
        new[] { IPv4Gateway, IPv6Gateway }.Where(static gateway => gateway.Length > 0);

    public int Mtu { get; init; }

    public int GatewayPriority { get; init; }

    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>What the last plugin of a cni network answered, as JSON.</summary>
    public string CniResult { get; init; } = "";
}
