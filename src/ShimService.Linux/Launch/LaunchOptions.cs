using System.Runtime.InteropServices;
using ShimService.Linux.Abi;

namespace ShimService.Linux.Launch;

/// <summary>
/// What a launch needs beside its plan. The handles stay the caller's, who keeps them open until
/// <see cref="Launcher.LaunchAsync"/> has completed.
/// </summary>
public sealed class LaunchOptions
{
    /// <summary>New namespaces the child is cloned into. The user namespace can only be made here.</summary>
    public NamespaceFlags Namespaces { get; init; }

    /// <summary>A cgroup v2 directory the child starts in (CLONE_INTO_CGROUP, Linux ≥ 5.7).</summary>
    public SafeHandle? Cgroup { get; init; }

    /// <summary>null = /dev/null.</summary>
    public SafeHandle? Stdin { get; init; }

    /// <inheritdoc cref="Stdin"/>
    public SafeHandle? Stdout { get; init; }

    /// <inheritdoc cref="Stdin"/>
    public SafeHandle? Stderr { get; init; }

    /// <summary>For the plan's descriptor names, in their order.</summary>
    public IReadOnlyList<SafeHandle> Descriptors { get; init; } = [];

    /// <summary>
    /// A pidfd: the child is born in that process's pid namespace. Errors: ENOMEM when its init has died.
    /// </summary>
    public SafeHandle? PidNamespaceOf { get; init; }

    /// <summary>
    /// The child is born in that process's mount namespace too; <see cref="PidNamespaceOf"/> is a pidfd then, not a
    /// namespace file. A process of the container sees the child from its birth: what it could reach through the
    /// child's /proc root, cwd and mountinfo must be the container's by then.
    /// </summary>
    public bool EntersMountNamespace { get; init; }

    /// <summary>
    /// Called on the launcher thread as soon as the child exists, before anybody can miss its exit. Must not block.
    /// </summary>
    public Action<LaunchedProcess>? Cloned { get; init; }
}
