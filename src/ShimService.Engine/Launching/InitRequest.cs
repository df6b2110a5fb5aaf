using ShimService.Engine.Compile.Input;
using ShimService.Oci.Model;
using ShimService.Tasks.Values;

namespace ShimService.Engine.Launching;

/// <summary>What an init is compiled from.</summary>
/// <param name="Spec">Validated.</param>
/// <param name="Bundle">Absolute path; a relative root.path is below it.</param>
/// <param name="CgroupTasks">
/// Hierarchies whose tasks file the child has to write, in this order: a descriptor
/// <see cref="LaunchNames.CgroupTasks"/> for each, named before any other.
/// </param>
public sealed record InitRequest(Spec Spec, string Bundle, IReadOnlyList<string> CgroupTasks)
{
    /// <summary>Only cgroup2 is there: a mount of type "cgroup" is one of it.</summary>
    public bool CgroupUnified { get; init; }

    /// <summary>The container's directories, which a mount of type "cgroup" shows on v1 and hybrid hosts.</summary>
    public IReadOnlyList<CgroupMountSource> CgroupSources { get; init; } = [];

    /// <summary>Streams at which the engine puts the host's /dev/null.</summary>
    public StdioStreams NullStreams { get; init; }

    /// <summary>How many descriptors of the caller the program has from 3 on; they come before all others.</summary>
    public int Preserved { get; init; }

    /// <summary>Name of the container's session keyring; null = the inherited one.</summary>
    public string? Keyring { get; init; }

    public RootChange Root { get; init; }
}
