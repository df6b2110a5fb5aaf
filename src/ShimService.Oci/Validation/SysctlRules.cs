using ShimService.Oci.Model;

namespace ShimService.Oci.Validation;

/// <summary>
/// Rules for linux.sysctl: only what the kernel keeps per namespace, and only with that namespace in the spec, so that
/// a container never turns a knob of the host. Source: OCI runtime-spec 1.3.0 config-linux.md#sysctl.
/// </summary>
internal static class SysctlRules
{
    private static readonly string[] Ipc =
    [
        "kernel/msgmax", "kernel/msgmnb", "kernel/msgmni", "kernel/sem", "kernel/shmall", "kernel/shmmax",
        "kernel/shmmni", "kernel/shm_rmid_forced",
    ];

    internal static void Check(Spec spec)
    {
        foreach (var (name, value) in spec.Linux.Sysctl)
        {
            var field = $"linux.sysctl[{name}]";
            PathRules.CheckText(name, field);
            PathRules.CheckText(value, field);
            var path = SysctlName.ToPath(name);
            if (path == "kernel/domainname" && spec.Domainname.Length > 0 && spec.Domainname != value)
            {
                throw new SpecException(
                    field,
                    $"says \"{value}\", and the property \"domainname\" \"{spec.Domainname}\"; leave one of them out");
            }

            CheckOne(spec, path, field);
        }
    }

    private static void CheckOne(Spec spec, string path, string field)
    {
        foreach (var part in path.Split('/'))
        {
            if (part is "" or "." or "..")
            {
                throw new SpecException(field, "is not the name of a sysctl");
            }
        }

        if (Array.IndexOf(Ipc, path) >= 0 || path.StartsWith("fs/mqueue/", StringComparison.Ordinal))
        {
            Need(spec, LinuxNamespaceKind.Ipc, field);
        }
        else if (path.StartsWith("net/", StringComparison.Ordinal))
        {
            Need(spec, LinuxNamespaceKind.Network, field);
        }
        else if (path == "kernel/domainname")
        {
            Need(spec, LinuxNamespaceKind.Uts, field);
        }
        else if (path == "kernel/hostname")
        {
            throw new SpecException(field, "use the property \"hostname\" instead");
        }
        else if (path.StartsWith("user/", StringComparison.Ordinal))
        {
            if (spec.Linux.Namespace(LinuxNamespaceKind.User) is not { IsNew: true })
            {
                throw new SpecException(field, "needs a new user namespace, or it would change the host's");
            }
        }
        else
        {
            throw new SpecException(field, "is not kept per namespace: it would change the host's");
        }
    }

    private static void Need(Spec spec, LinuxNamespaceKind kind, string field)
    {
        if (spec.Linux.Namespace(kind) is null)
        {
            var name = NamespaceNames.Text(kind);
            throw new SpecException(field, $"would change the host's: add \"{name}\" to linux.namespaces");
        }
    }
}
