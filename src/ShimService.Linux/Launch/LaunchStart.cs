using System.Runtime.InteropServices;
using ShimService.Linux.Abi;

namespace ShimService.Linux.Launch;

/// <summary>
/// What a child is born with: all that has to be known before there is a plan. The handles stay the caller's, who keeps
/// them open until <see cref="LaunchedProcess.Cloned"/> has completed.
/// </summary>
public class LaunchStart
{
    /// <summary>New namespaces the child is cloned into. The user namespace can only be made here.</summary>
    public NamespaceFlags Namespaces { get; init; }

    /// <summary>A cgroup v2 directory the child starts in (CLONE_INTO_CGROUP, Linux ≥ 5.7).</summary>
    public SafeHandle? Cgroup { get; init; }

    /// <summary>
    /// A pidfd or a namespace file: the child is born in that pid namespace. Errors: ENOMEM when its init has died.
    /// A plan that a helper hands over joins the namespace itself.
    /// </summary>
    public SafeHandle? PidNamespaceOf { get; init; }

    /// <summary>
    /// Namespaces the child is born in, joined in this order by a process between the launcher and it, which ends at
    /// once: a user namespace, which only a process of one thread can enter, belongs at the end, where there are no
    /// more rights to join another. Not together with <see cref="PidNamespaceOf"/>. Errors: KernelException with the
    /// path.
    /// </summary>
    public IReadOnlyList<JoinedNamespace> Joined { get; init; } = [];

    /// <summary>
    /// Called as soon as the child is known, before anybody can miss its exit; of a plan that a helper hands over, when
    /// the child has executed or died, and by whoever finds that first: the watcher or the reaper. Must not block.
    /// </summary>
    public Action<LaunchedProcess>? Cloned { get; init; }

    /// <summary>
    /// Called with the pid of a helper, whose exit is nobody's business but has to be collected. Must not block.
    /// </summary>
    public Action<int>? HelperCloned { get; init; }
}
