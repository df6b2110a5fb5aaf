namespace ShimService.Oci.Model;

/// <summary>
/// One mount. It is a bind mount exactly when its options hold "bind" or "rbind"; the type is then meaningless.
/// Source: OCI runtime-spec 1.3.0 config.md#mounts.
/// </summary>
public sealed record MountSpec
{
    public string Destination { get; init; } = "";

    public string Type { get; init; } = "";

    public string Source { get; init; } = "";

    public IReadOnlyList<string> Options { get; init; } = [];

    /// <summary>
    /// Who owns the files as the mount shows them: ids of the source by ids of the host. Both lists, or none; none with
    /// the option "idmap" or "ridmap" = the maps of the container's user namespace.
    /// </summary>
    public IReadOnlyList<LinuxIdMapping> UidMappings { get; init; } = [];

    /// <inheritdoc cref="UidMappings"/>
    public IReadOnlyList<LinuxIdMapping> GidMappings { get; init; } = [];

    /// <summary>Whether its ids are mapped.</summary>
    public bool IsMapped => UidMappings.Count > 0 || Options.Contains("idmap") || Options.Contains("ridmap");
}
