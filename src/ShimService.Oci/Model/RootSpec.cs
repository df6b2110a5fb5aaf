namespace ShimService.Oci.Model;

/// <summary>
/// The directory that becomes "/". <paramref name="Path"/> is absolute or relative to the bundle.
/// Source: OCI runtime-spec 1.3.0 config.md#root.
/// </summary>
public sealed record RootSpec(string Path, bool Readonly = false);
