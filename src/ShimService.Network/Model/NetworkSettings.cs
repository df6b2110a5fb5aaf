namespace ShimService.Network;

/// <summary>Where networks keep what they know, and how their things on the host are called.</summary>
public sealed record NetworkSettings
{
    /// <summary>What outlives a reboot: networks.</summary>
    public required string Networks { get; init; }

    /// <summary>What goes with the containers: leases.</summary>
    public required string Leases { get; init; }

    /// <summary>
    /// Sets the things of several daemons of one host apart; empty for the usual one. At most six letters.
    /// </summary>
    public string Tag { get; init; } = "";

    /// <summary>The nft program; null = along PATH.</summary>
    public string? Nft { get; init; }

    /// <summary>Where CNI plugins are looked for.</summary>
    public IReadOnlyList<string> CniPath { get; init; } = ["/opt/cni/bin", "/usr/lib/cni", "/usr/libexec/cni"];

    /// <summary>How long one run of nft or of a plugin may take.</summary>
    public TimeSpan ToolLimit { get; init; } = TimeSpan.FromSeconds(30);

    public string Table => Tag.Length == 0 ? "shimservice" : "shimservice-" + Tag;

    public string DefaultBridge => Tag.Length == 0 ? "shim0" : "shim-" + Tag;
}
