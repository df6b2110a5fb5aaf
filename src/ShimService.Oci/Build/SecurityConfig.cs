namespace ShimService.Oci.Build;

/// <summary>What the container may do beyond, or less than, the defaults.</summary>
public sealed record SecurityConfig
{
    /// <summary>"NET_ADMIN", "CAP_NET_ADMIN" or "ALL".</summary>
    public IReadOnlyList<string> CapabilitiesAdd { get; init; } = [];

    public IReadOnlyList<string> CapabilitiesDrop { get; init; } = [];

    public bool NoNewPrivileges { get; init; }

    /// <summary>"default" (also when empty), "unconfined", or the path of a profile in OCI JSON.</summary>
    public string Seccomp { get; init; } = "";

    /// <summary>Null = the default list.</summary>
    public IReadOnlyList<string>? MaskedPaths { get; init; }

    /// <summary>Null = the default list.</summary>
    public IReadOnlyList<string>? ReadonlyPaths { get; init; }
}
