using ShimService.Oci.Model;

namespace ShimService.Oci.Build;

/// <summary>
/// New mount, network, uts, pid, ipc and cgroup namespaces unless the config says otherwise. The cgroup namespace is
/// private on cgroup v1 too, where Docker keeps the host's: it costs one call, and a container has no business
/// knowing where on the host its groups are. No time namespace: nothing that a config can say would make use of it.
/// </summary>
internal static class NamespaceSection
{
    internal static List<LinuxNamespace> Build(NamespacesConfig config)
    {
        var list = new List<LinuxNamespace> { new(LinuxNamespaceKind.Mount) };
        Add(list, LinuxNamespaceKind.Network, config.Network, "network");
        Add(list, LinuxNamespaceKind.Uts, config.Uts, "uts");
        Add(list, LinuxNamespaceKind.Pid, config.Pid, "pid");
        Add(list, LinuxNamespaceKind.Ipc, config.Ipc, "ipc");
        Add(list, LinuxNamespaceKind.Cgroup, config.Cgroup, "cgroup");
        Add(list, LinuxNamespaceKind.User, config.User.Length == 0 ? "host" : config.User, "user");
        return list;
    }

    private static void Add(List<LinuxNamespace> list, LinuxNamespaceKind kind, string mode, string field)
    {
        if (mode is "" or "private")
        {
            list.Add(new LinuxNamespace(kind));
        }
        else if (mode.StartsWith('/'))
        {
            list.Add(new LinuxNamespace(kind, mode));
        }
        else if (mode != "host")
        {
            throw new SpecException(
                $"config.namespaces.{field}", $"\"{mode}\" must be private, host or the absolute path of a namespace");
        }
    }
}
