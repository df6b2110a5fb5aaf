using ShimService.Linux.Abi;
using ShimService.Linux.Seccomp;
using ShimService.Oci.Model;

namespace ShimService.Engine.Compile.Input;

/// <summary>All that an exec's plan is compiled from.</summary>
public sealed record ExecInput
{
    /// <summary>Validated.</summary>
    public required ProcessSpec Process { get; init; }

    /// <summary>The container's own namespaces.</summary>
    public NamespaceFlags Joined { get; init; }

    /// <inheritdoc cref="Launching.ExecPlanRequest.InitPid"/>
    public int InitPid { get; init; }

    public required HostPicture Host { get; init; }

    /// <inheritdoc cref="CgroupPlacement.TasksFiles"/>
    public IReadOnlyList<string> TasksFiles { get; init; } = [];

    /// <inheritdoc cref="ContainerInput.NullStreams"/>
    public StdioStreams NullStreams { get; init; }

    /// <inheritdoc cref="Launching.InitRequest.Preserved"/>
    public int Preserved { get; init; }

    public SeccompProgram? Seccomp { get; init; }

    /// <summary>HOME where env has none; null = "/".</summary>
    public string? Home { get; init; }

    /// <summary>A startContainer hook that runs as <see cref="Process"/> would, in place of its program.</summary>
    public HookSpec? Hook { get; init; }

    /// <inheritdoc cref="Launching.InitRequest.Keyring"/>
    public string? Keyring { get; init; }

    /// <summary>Of the container: personality and memory policy are its processes' too.</summary>
    public LinuxSpec Linux { get; init; } = new();
}
