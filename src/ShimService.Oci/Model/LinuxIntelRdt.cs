namespace ShimService.Oci.Model;

/// <summary>
/// Shares of cache and memory bandwidth. Source: OCI runtime-spec 1.3.0 config-linux.md#intelrdt.
/// </summary>
public sealed record LinuxIntelRdt
{
    /// <summary>The class of service; empty = one of the container's own, "/" = the default one.</summary>
    public string ClosId { get; init; } = "";

    public string L3CacheSchema { get; init; } = "";

    public string MemBwSchema { get; init; } = "";

    public IReadOnlyList<string> Schemata { get; init; } = [];

    public bool EnableMonitoring { get; init; }
}
