namespace ShimService.Oci.Build;

/// <summary>What the container may do beyond, or less than, the defaults.</summary>
public sealed record SecurityConfig
{
    /// <summary>"NET_ADMIN", "CAP_NET_ADMIN" or "ALL".</summary>
    public IReadOnlyList<string> CapabilitiesAdd { get; init; } = [];

    public IReadOnlyList<string> CapabilitiesDrop { get; init; } = [];

    public bool NoNewPrivileges { get; init; }

    /// <summary>
    /// "default", "unconfined", or the path of a profile in OCI JSON; empty = default, unless privileged.
    /// </summary>
    public string Seccomp { get; init; } = "";

    /// <summary>Null = the default list.</summary>
    public IReadOnlyList<string>? MaskedPaths { get; init; }

    /// <summary>Null = the default list.</summary>
    public IReadOnlyList<string>? ReadonlyPaths { get; init; }

    /// <summary>
    /// Everything the host can give: capabilities, devices, /sys and cgroups to write, no masks, no filter.
    /// </summary>
    public bool Privileged { get; init; }

    /// <summary>"unconfined" or a loaded profile; empty = none.</summary>
    public string AppArmor { get; init; } = "";

    /// <summary>"disable", or parts of an SELinux label: "user:U", "role:R", "type:T", "level:L".</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>The container may make cgroups below its own.</summary>
    public bool WritableCgroups { get; init; }
}
