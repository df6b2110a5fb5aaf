namespace ShimService.Oci.Model;

/// <summary>
/// Limits of a container. A null is "leave alone" (Update) or "no limit" (Create).
/// Source: OCI runtime-spec 1.3.0 config-linux.md#control-groups.
/// </summary>
public sealed record LinuxResources
{
    /// <summary>In the order they are to be applied.</summary>
    public IReadOnlyList<LinuxDeviceRule> Devices { get; init; } = [];

    public LinuxMemory? Memory { get; init; }

    public LinuxCpu? Cpu { get; init; }

    public LinuxPids? Pids { get; init; }

    public LinuxBlockIo? BlockIo { get; init; }

    public IReadOnlyList<LinuxHugepageLimit> HugepageLimits { get; init; } = [];

    public LinuxNetworkResources? Network { get; init; }

    public IReadOnlyList<LinuxRdma> Rdma { get; init; } = [];

    /// <summary>Files of cgroup v2 and what is written to them, as it is and last.</summary>
    public IReadOnlyDictionary<string, string> Unified { get; init; } = EmptyMap.Instance;

    /// <summary>
    /// Reads and validates a resources object alone, as Update takes it. Errors: <see cref="SpecException"/>.
    /// </summary>
    public static LinuxResources Parse(ReadOnlySpan<byte> utf8)
    {
        var resources = Oci.Parse.SpecReader.ReadResources(utf8);
        Validation.ResourceRules.Check(resources, "resources");
        return resources;
    }
}
