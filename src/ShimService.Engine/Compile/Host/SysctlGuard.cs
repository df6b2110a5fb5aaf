using ShimService.Linux;
using ShimService.Oci;
using ShimService.Oci.Model;

namespace ShimService.Engine.Compile.Host;

/// <summary>
/// A namespace that is joined by path may be the shim's own, which the spec alone does not tell: a sysctl of it would
/// be the host's. Errors: <see cref="SpecException"/> with the sysctl.
/// </summary>
internal static class SysctlGuard
{
    internal static void Check(Spec spec)
    {
        foreach (var name in spec.Linux.Sysctl.Keys)
        {
            var (kind, own) = Kept(SysctlName.ToPath(name));
            if (spec.Linux.Namespace(kind) is { IsNew: false } joined && NamespaceFiles.IsSame(joined.Path, own))
            {
                throw new SpecException($"linux.sysctl[{name}]",
                    $"would change the host's: {joined.Path} is the shim's own {NamespaceNames.Text(kind)} namespace; leave "
                    + "the sysctl out, or give the container a namespace of its own");
            }
        }
    }

    // Validation has let no other names through.
    private static (LinuxNamespaceKind Kind, string Own) Kept(string path) =>
        path.StartsWith("net/", StringComparison.Ordinal) ? (LinuxNamespaceKind.Network, "/proc/self/ns/net")
        : path == "kernel/domainname" ? (LinuxNamespaceKind.Uts, "/proc/self/ns/uts")
        : path.StartsWith("user/", StringComparison.Ordinal) ? (LinuxNamespaceKind.User, "/proc/self/ns/user")
        : (LinuxNamespaceKind.Ipc, "/proc/self/ns/ipc");
}
