namespace ShimService.Oci.Model;

/// <summary>A device node the container gets. Source: OCI runtime-spec 1.3.0 config-linux.md#devices.</summary>
public sealed record LinuxDevice
{
    public DeviceKind Kind { get; init; }

    /// <summary>Absolute, inside the container.</summary>
    public string Path { get; init; } = "";

    public uint Major { get; init; }

    public uint Minor { get; init; }

    /// <summary>Permission bits; null = 0666.</summary>
    public uint? FileMode { get; init; }

    public uint Uid { get; init; }

    public uint Gid { get; init; }
}
