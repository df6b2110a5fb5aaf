namespace ShimService.Oci.Model;

/// <summary>The Linux part of a spec. Source: OCI runtime-spec 1.3.0 config-linux.md.</summary>
public sealed record LinuxSpec
{
    /// <summary>New ones, and ones to join; a kind that is not listed is inherited.</summary>
    public IReadOnlyList<LinuxNamespace> Namespaces { get; init; } = [];

    public IReadOnlyList<LinuxIdMapping> UidMappings { get; init; } = [];

    public IReadOnlyList<LinuxIdMapping> GidMappings { get; init; } = [];

    /// <summary>Moved from the host; one name in the container each.</summary>
    public IReadOnlyList<LinuxNetDevice> NetDevices { get; init; } = [];

    /// <summary>Of a new time namespace; a clock that is not listed is the host's.</summary>
    public IReadOnlyList<LinuxTimeOffset> TimeOffsets { get; init; } = [];

    public IReadOnlyList<LinuxDevice> Devices { get; init; } = [];

    /// <summary>Absolute = below the mount point of each hierarchy; empty = the engine's default.</summary>
    public string CgroupsPath { get; init; } = "";

    public LinuxResources? Resources { get; init; }

    public LinuxSeccomp? Seccomp { get; init; }

    public IReadOnlyList<string> MaskedPaths { get; init; } = [];

    public IReadOnlyList<string> ReadonlyPaths { get; init; } = [];

    public IReadOnlyDictionary<string, string> Sysctl { get; init; } = EmptyMap.Instance;

    /// <summary>The SELinux context of file systems made for the container; empty = the policy's.</summary>
    public string MountLabel { get; init; } = "";

    public RootfsPropagation RootfsPropagation { get; init; }

    /// <summary>Null = leave what is inherited.</summary>
    public PersonalityDomain? Personality { get; init; }

    /// <summary>Null = leave what is inherited.</summary>
    public LinuxMemoryPolicy? MemoryPolicy { get; init; }

    /// <summary>Null = the class of service of whoever started the shim.</summary>
    public LinuxIntelRdt? IntelRdt { get; init; }

    /// <summary>The entry for a kind of namespace, or null when it is inherited.</summary>
    public LinuxNamespace? Namespace(LinuxNamespaceKind kind)
    {
        foreach (var candidate in Namespaces)
        {
            if (candidate.Kind == kind)
            {
                return candidate;
            }
        }

        return null;
    }
}
