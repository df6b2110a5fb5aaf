namespace ShimService.Oci.Build.Names;

/// <summary>What a config says of names; an empty list leaves the host's.</summary>
public sealed record ResolvConfig
{
    public IReadOnlyList<string> Servers { get; init; } = [];

    public IReadOnlyList<string> Search { get; init; } = [];

    public IReadOnlyList<string> Options { get; init; } = [];

    /// <summary>What the host reaches, the container reaches.</summary>
    public bool IsHostNetwork { get; init; }

    /// <summary>The container has IPv6 outside of its loopback.</summary>
    public bool HasIpv6 { get; init; }
}
