using ShimService.Linux.Abi;
using ShimService.Linux.Launch;
using ShimService.Oci.Model;

namespace ShimService.Engine.Compile.Sections;

/// <summary>
/// Namespaces: new ones by clone3, others joined by path. The kind is checked by the kernel, not by the name.
/// </summary>
internal static class NamespaceSection
{
    /// <summary>What clone3 makes. Below a user namespace that is joined, the child makes the others itself.</summary>
    internal static NamespaceFlags CloneFlags(Spec spec)
    {
        if (spec.Linux.Namespace(LinuxNamespaceKind.User) is { IsNew: false })
        {
            return NamespaceFlags.None;
        }

        var flags = NamespaceFlags.None;
        foreach (var entry in spec.Linux.Namespaces)
        {
            if (entry.IsNew && entry.Kind != LinuxNamespaceKind.Cgroup)
            {
                flags |= Flag(entry.Kind);
            }
        }

        return flags;
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
        // The user namespace first: it owns what is made after it.
        var spec = compilation.Spec;
        var user = spec.Linux.Namespace(LinuxNamespaceKind.User);
        if (user is { IsNew: false })
        {
            Join(compilation.Plan, user);
            UserNamespaceSection.BecomeRoot(compilation.Plan);
        }

        foreach (var entry in spec.Linux.Namespaces)
        {
            // The pid namespace is joined by the launcher: only children are born into it.
            if (!entry.IsNew && entry.Kind is not (LinuxNamespaceKind.User or LinuxNamespaceKind.Pid))
            {
                Join(compilation.Plan, entry);
            }
        }

        if (user is { IsNew: false })
        {
            var rest = NamespaceFlags.None;
            foreach (var entry in spec.Linux.Namespaces)
            {
                rest |= entry.IsNew && entry.Kind != LinuxNamespaceKind.Cgroup ? Flag(entry.Kind) : NamespaceFlags.None;
            }

            compilation.Plan.Call("enter new namespaces", Clauses.Namespaces, SystemCall.Unshare, rest);
        }
    }

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
