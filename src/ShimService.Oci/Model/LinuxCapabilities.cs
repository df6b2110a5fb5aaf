namespace ShimService.Oci.Model;

/// <summary>
/// The five capability sets by name ("CAP_CHOWN"). A name the kernel does not know, or cannot grant, is dropped with a
/// warning, not an error. Source: OCI runtime-spec 1.3.0 config.md#linux-process.
/// </summary>
public sealed record LinuxCapabilities
{
    public IReadOnlyList<string> Bounding { get; init; } = [];

    public IReadOnlyList<string> Effective { get; init; } = [];

    public IReadOnlyList<string> Permitted { get; init; } = [];

    public IReadOnlyList<string> Inheritable { get; init; } = [];

    public IReadOnlyList<string> Ambient { get; init; } = [];
}
