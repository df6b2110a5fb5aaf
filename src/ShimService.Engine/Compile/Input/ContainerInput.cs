using ShimService.Linux.Seccomp;
using ShimService.Oci.Model;

namespace ShimService.Engine.Compile.Input;

/// <summary>All that a container's plan is compiled from. Nothing else is looked at.</summary>
public sealed record ContainerInput
{
    /// <summary>Validated.</summary>
    public required Spec Spec { get; init; }

    /// <summary>The root directory on the host: absolute, not a symbolic link.</summary>
    public required string RootPath { get; init; }

    /// <summary>The mount point of what holds <see cref="RootPath"/>; looked up only where it is asked for.</summary>
    public string RootMount { get; init; } = "/";

    /// <summary>
    /// The network namespace is joined, and belongs to the user namespace that is joined: its sysfs may be mounted.
    /// </summary>
    public bool OwnsNetwork { get; init; }

    public required HostPicture Host { get; init; }

    public required IRootfsView Rootfs { get; init; }

    /// <summary>Where relative sources of bind mounts start.</summary>
    public string BundlePath { get; init; } = "/";

    public CgroupPlacement Cgroup { get; init; } = CgroupPlacement.None;

    /// <summary>
    /// Streams that are the host's /dev/null: exchanged for the container's, so that nobody inside can change the
    /// host's mode.
    /// </summary>
    public StdioStreams NullStreams { get; init; }

    /// <inheritdoc cref="Launching.InitRequest.Preserved"/>
    public int Preserved { get; init; }

    public SeccompProgram? Seccomp { get; init; }

    /// <inheritdoc cref="Launching.InitRequest.Keyring"/>
    public string? Keyring { get; init; }

    /// <summary>
    /// null = the root is pivoted to; else it is moved over "/", and these are the host's own proc and sysfs mounts.
    /// </summary>
    public IReadOnlyList<string>? HiddenBelowRoot { get; init; }
}
