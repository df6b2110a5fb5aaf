using System.Globalization;
using ShimService.Linux.Abi;
using ShimService.Linux.Launch;
using ShimService.Oci.Model;

namespace ShimService.Engine.Compile.Sections;

/// <summary>
/// Namespaces: new ones by clone3, others joined by path, with a user namespace already at birth. The kind is checked
/// by the kernel, not by the name.
/// </summary>
internal static class NamespaceSection
{
    /// <summary>What clone3 makes.</summary>
    internal static NamespaceFlags CloneFlags(Spec spec)
    {
        var flags = NamespaceFlags.None;
        foreach (var entry in spec.Linux.Namespaces)
        {
            if (entry.IsNew && entry.Kind != LinuxNamespaceKind.Cgroup && !IsMadeByRoot(spec, entry))
            {
                flags |= Flag(entry.Kind);
            }
        }

        return TimeSection.IsSet(spec) ? flags & ~NamespaceFlags.Time : flags;
    }

    /// <summary>
    /// What the process has to be in when it is born: once it is root of a user namespace, nobody else's can be joined,
    /// and none made that belongs to it but by its own clone. The user namespace is the last. Empty where the process
    /// can do it all itself.
    /// </summary>
    internal static IReadOnlyList<(string Path, NamespaceFlags Kind)> JoinedAtBirth(Spec spec)
    {
        var user = spec.Linux.Namespace(LinuxNamespaceKind.User);
        if (user is null)
        {
            return [];
        }

        var joined = new List<(string, NamespaceFlags)>();
        foreach (var entry in spec.Linux.Namespaces)
        {
            if (!entry.IsNew && entry.Kind != LinuxNamespaceKind.User)
            {
                joined.Add((entry.Path, Flag(entry.Kind)));
            }
        }

        if (!user.IsNew)
        {
            joined.Add((user.Path, NamespaceFlags.User));
        }

        return joined;
    }

    /// <summary>Every namespace that is not the shim's own: what joining the container takes.</summary>
    internal static NamespaceFlags Listed(Spec spec)
    {
        var flags = NamespaceFlags.None;
        foreach (var entry in spec.Linux.Namespaces)
        {
            flags |= Flag(entry.Kind);
        }

        return flags;
    }

    internal static void Append(Compilation compilation)
    {
        var clocks = TimeSection.Open(compilation);
        foreach (var entry in compilation.Spec.Linux.Namespaces)
        {
            // The pid namespace is joined by the launcher: only children are born into it.
            if (!entry.IsNew && entry.Kind != LinuxNamespaceKind.Pid && !compilation.ForeignUserNamespace)
            {
                Join(compilation.Plan, entry);
            }
        }

        if (compilation.Spec.Linux.Namespaces.FirstOrDefault(entry => IsMadeByRoot(compilation.Spec, entry)) is not null)
        {
            compilation.Plan.Call(
                "make the ipc namespace", Clauses.Namespaces, SystemCall.Unshare, NamespaceFlags.Ipc);
        }

        if (clocks is { } file)
        {
            TimeSection.Set(compilation, file);
        }
    }

    // A clone makes the message queues of a new ipc namespace while the process is still the host's root. They would be
    // nobody's in the user namespace, and its root could not label them.
    private static bool IsMadeByRoot(Spec spec, LinuxNamespace entry) =>
        entry is { Kind: LinuxNamespaceKind.Ipc, IsNew: true } && spec.Linux.Namespace(LinuxNamespaceKind.User) is not null;

    /// <summary>What a helper of an exec or a hook does to be where the container is.</summary>
    /// <param name="plan">The helper's.</param>
    /// <param name="init">The pidfd of the container's init.</param>
    /// <param name="pid">The init's pid; the setns of its pidfd shows that it has been the init's all along.</param>
    /// <param name="joined">The namespaces the container does not share with the shim.</param>
    internal static void Enter(PlanBuilder plan, PlanDescriptor init, int pid, NamespaceFlags joined)
    {
        if ((joined & NamespaceFlags.Time) != 0)
        {
            // An init before its execve is not yet in its own, and the pidfd would say so. Before the user namespace,
            // which need not own this one.
            var time = plan.Call(JoinContainer, Clauses.Namespaces, SystemCall.Openat, KernelValues.WorkingDirectory,
                string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/ns/time_for_children"),
                OpenFlags.ReadOnly | OpenFlags.CloseOnExec, 0);
            plan.Call(JoinContainer, Clauses.Namespaces, SystemCall.Setns, time, NamespaceFlags.Time);
            joined &= ~NamespaceFlags.Time;
        }

        if (joined != NamespaceFlags.None)
        {
            plan.Call(JoinContainer, Clauses.Namespaces, SystemCall.Setns, init, joined);
        }

        if ((joined & NamespaceFlags.User) != 0)
        {
            UserNamespaceSection.BecomeRoot(plan);
        }
    }

    /// <summary>The step of <see cref="Enter"/>, which fails when the container has ended.</summary>
    internal const string JoinContainer = "join the container's namespaces";

    private static void Join(PlanBuilder plan, LinuxNamespace entry)
    {
        var name = NamespaceNames.Text(entry.Kind);
        var opened = plan.Call($"open {name} namespace", Clauses.Namespaces, SystemCall.Openat,
            KernelValues.WorkingDirectory, entry.Path,
            OpenFlags.ReadOnly | OpenFlags.NonBlocking | OpenFlags.CloseOnExec, 0);
        plan.Call($"join {name} namespace", Clauses.Namespaces, SystemCall.Setns, opened, Flag(entry.Kind))
            .On(entry.Path);
    }

    private static NamespaceFlags Flag(LinuxNamespaceKind kind) => kind switch
    {
        LinuxNamespaceKind.Mount => NamespaceFlags.Mount,
        LinuxNamespaceKind.Pid => NamespaceFlags.Pid,
        LinuxNamespaceKind.Network => NamespaceFlags.Network,
        LinuxNamespaceKind.Ipc => NamespaceFlags.Ipc,
        LinuxNamespaceKind.Uts => NamespaceFlags.Uts,
        LinuxNamespaceKind.User => NamespaceFlags.User,
        LinuxNamespaceKind.Cgroup => NamespaceFlags.Cgroup,
        LinuxNamespaceKind.Time => NamespaceFlags.Time,
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };
}
