using System.Net;
using System.Text.Json.Serialization;
using ShimService.Network.Addresses;

namespace ShimService.Network;

/// <summary>A subnet of a network, as it is written down; the texts were checked before.</summary>
public sealed record SubnetRecord
{
    public required string Subnet { get; init; }

    public required string Gateway { get; init; }

    /// <summary>Empty = the whole subnet.</summary>
    public string Range { get; init; } = "";

    public IReadOnlyList<string> Aux { get; init; } = [];

    [JsonIgnore]
    public Cidr Block => Parse(Subnet);

    [JsonIgnore]
    public Cidr RangeBlock => Parse(Range.Length > 0 ? Range : Subnet);

    [JsonIgnore]
    public bool IsIPv6 => Block.IsIPv6;

    [JsonIgnore]
    internal IEnumerable<IPAddress> Reserved => Aux.Prepend(Gateway).Select(IPAddress.Parse);

    private static Cidr Parse(string text) =>
        Cidr.TryParse(text, out var block) ? block : throw new FormatException($"{text} is no subnet");
}
