using ShimService.Oci.Model;

namespace ShimService.Oci.Build;

/// <summary>
/// "" or "private" = new; "host" = the host's; "container:ID" = that container's; an absolute path = join that one.
/// <see cref="Ipc"/> also "shareable" = new and open to others, "none" = new and without /dev/shm.
/// <see cref="User"/> is the host's unless it says otherwise.
/// </summary>
public sealed record NamespacesConfig
{
    public string Pid { get; init; } = "";

    public string Ipc { get; init; } = "";

    public string Network { get; init; } = "";

    public string Uts { get; init; } = "";

    public string Cgroup { get; init; } = "";

    public string User { get; init; } = "";

    public IReadOnlyList<LinuxIdMapping> UidMappings { get; init; } = [];

    public IReadOnlyList<LinuxIdMapping> GidMappings { get; init; } = [];
}
