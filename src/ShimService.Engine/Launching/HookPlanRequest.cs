using ShimService.Linux.Abi;
using ShimService.Oci.Model;

namespace ShimService.Engine.Launching;

/// <summary>What a hook that runs in the container's namespaces is compiled from.</summary>
/// <param name="Kind">createContainer or startContainer.</param>
/// <param name="Hook">Validated.</param>
/// <param name="Container">The spec of the container.</param>
/// <param name="Joined">As in <see cref="ExecPlanRequest"/>; the descriptor <see cref="LaunchNames.Init"/> too.</param>
/// <param name="CgroupTasks">As in <see cref="InitRequest"/>.</param>
public sealed record HookPlanRequest(
    HookKind Kind,
    HookSpec Hook,
    Spec Container,
    NamespaceFlags Joined,
    IReadOnlyList<string> CgroupTasks)
{
    /// <summary>Working directory of a createContainer hook, which still sees the host's paths.</summary>
    public string Bundle { get; init; } = "/";

    /// <inheritdoc cref="ExecPlanRequest.InitPid"/>
    public int InitPid { get; init; }

    /// <inheritdoc cref="InitRequest.Keyring"/>
    public string? Keyring { get; init; }
}
