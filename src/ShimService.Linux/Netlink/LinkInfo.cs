namespace ShimService.Linux.Netlink;

/// <summary>One interface as the kernel shows it in the socket's network namespace.</summary>
public sealed record LinkInfo
{
    public required int Index { get; init; }

    public required string Name { get; init; }

    /// <summary>"bridge", "veth", …; empty for lo and for hardware.</summary>
    public string Kind { get; init; } = "";

    public MacAddress Address { get; init; }

    public int Mtu { get; init; }

    /// <summary>The bridge it is a port of; 0 = none.</summary>
    public int Master { get; init; }

    /// <summary>The other end of a veth pair, as numbered in the other end's namespace; 0 = none.</summary>
    public int Peer { get; init; }

    public bool IsUp { get; init; }

    public LinkCounters Counters { get; init; }
}
