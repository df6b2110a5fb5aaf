using ShimService.Oci.Model;

namespace ShimService.Oci.Build;

/// <summary>
/// With a network namespace of its own, a container may bind low ports and ping without privilege, as under Docker;
/// the config's own values come last.
/// </summary>
internal static class SysctlSection
{
    internal static Dictionary<string, string> Build(
        ContainerConfig config, List<LinuxNamespace> namespaces, IBuildHost host)
    {
        var map = new Dictionary<string, string>(StringComparer.Ordinal);
        if (namespaces.Exists(entry => entry is { Kind: LinuxNamespaceKind.Network, IsNew: true }))
        {
            if (host.Exists("/proc/sys/net/ipv4/ip_unprivileged_port_start"))
            {
                map["net.ipv4.ip_unprivileged_port_start"] = "0";
            }

            // In a user namespace the upper end is not a mapped group.
            if (!namespaces.Exists(entry => entry.Kind == LinuxNamespaceKind.User)
                && host.Exists("/proc/sys/net/ipv4/ping_group_range"))
            {
                map["net.ipv4.ping_group_range"] = "0 2147483647";
            }
        }

        foreach (var (name, value) in config.Sysctls)
        {
            map[name] = value;
        }

        return map;
    }
}
