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
}
