namespace ShimService.Network;

/// <summary>Which network, and what is wished for there; empty = whatever is free.</summary>
public sealed record AttachmentRequest(string Network)
{
    public string IPv4Address { get; init; } = "";

    public string IPv6Address { get; init; } = "";

    public string MacAddress { get; init; } = "";

    public IReadOnlyList<string> Aliases { get; init; } = [];

    public int GatewayPriority { get; init; }
}
