using System.Text.Json.Serialization;

namespace ShimService.Network;

/// <summary>A network, as it is written down. Outlives a reboot.</summary>
public sealed record NetworkRecord
{
    public const string Bridge = "bridge";
    public const string Cni = "cni";

    public int Version { get; init; } = 1;

    public required string Name { get; init; }

    /// <summary>Twelve hexadecimal digits; of a network deleted and made again another one.</summary>
    public required string Id { get; init; }

    /// <summary><see cref="Bridge"/> or <see cref="Cni"/>.</summary>
    public required string Type { get; init; }

    public IReadOnlyList<SubnetRecord> Subnets { get; init; } = [];

    public bool Internal { get; init; }

    public bool Isolated { get; init; }

    public bool Masquerade { get; init; } = true;

    public int Mtu { get; init; }

    /// <summary>The bridge.</summary>
    public string InterfaceName { get; init; } = "";

    /// <summary>The bridge was there before us: it stays when the network goes.</summary>
    public bool IsForeignBridge { get; init; }

    public string HostAddress { get; init; } = "";

    public string CniConfig { get; init; } = "";

    public DateTimeOffset CreatedAt { get; init; }

    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    [JsonIgnore]
    public SubnetRecord? IPv4 => Subnets.FirstOrDefault(static subnet => !subnet.IsIPv6);

    [JsonIgnore]
    public SubnetRecord? IPv6 => Subnets.FirstOrDefault(static subnet => subnet.IsIPv6);
}
