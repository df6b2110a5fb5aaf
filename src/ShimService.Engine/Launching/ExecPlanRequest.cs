using ShimService.Engine.Compile.Input;
using ShimService.Linux.Abi;
using ShimService.Oci.Model;

namespace ShimService.Engine.Launching;

/// <summary>What an exec is compiled from.</summary>
/// <param name="Process">Validated.</param>
/// <param name="Container">The spec of the container: seccomp, user namespace, …</param>
/// <param name="Joined">
/// The namespaces the container does not share with the shim. The helper joins them with one setns of the descriptor
/// <see cref="LaunchNames.Init"/>, which is named after the tasks files; its child is born in them.
/// </param>
/// <param name="CgroupTasks">As in <see cref="InitRequest"/>.</param>
public sealed record ExecPlanRequest(
    ProcessSpec Process,
    Spec Container,
    NamespaceFlags Joined,
    IReadOnlyList<string> CgroupTasks)
{
    /// <summary>
    /// The container's init, in whose root the user's home directory is looked up; 0 = HOME becomes "/".
    /// </summary>
    public int InitPid { get; init; }

    /// <inheritdoc cref="InitRequest.NullStreams"/>
    public StdioStreams NullStreams { get; init; }

    /// <inheritdoc cref="InitRequest.Preserved"/>
    public int Preserved { get; init; }

    /// <inheritdoc cref="InitRequest.Keyring"/>
    public string? Keyring { get; init; }
}
