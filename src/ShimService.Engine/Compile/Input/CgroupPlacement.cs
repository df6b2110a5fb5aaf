namespace ShimService.Engine.Compile.Input;

/// <summary>How a container's processes get into its cgroup, and what /sys/fs/cgroup shows them.</summary>
public sealed record CgroupPlacement
{
    /// <summary>Nothing: the container stays in the shim's cgroup.</summary>
    public static CgroupPlacement None { get; } = new();

    /// <summary>
    /// Names of the v1 tasks files to join through, in order (the freezer last). The engine hands each of them over as
    /// a descriptor.
    /// </summary>
    public IReadOnlyList<string> TasksFiles { get; init; } = [];

    /// <summary>Only cgroup2 is there: a mount of type "cgroup" is one of it.</summary>
    public bool Unified { get; init; }

    /// <summary>
    /// The container's directories, for the binds that make up /sys/fs/cgroup on v1 and hybrid hosts.
    /// </summary>
    public IReadOnlyList<CgroupMountSource> Sources { get; init; } = [];
}
