using System.Globalization;
using ShimService.Oci.Model;

namespace ShimService.Oci.Build;

/// <summary>
/// New mount, network, uts, pid, ipc and cgroup namespaces unless the config says otherwise. The cgroup namespace is
/// private on cgroup v1 too, where Docker keeps the host's: it costs one call, and a container has no business
/// knowing where on the host its groups are. No time namespace: nothing that a config can say would make use of it.
/// </summary>
internal static class NamespaceSection
{
    internal static List<LinuxNamespace> Build(ContainerConfig config)
    {
        var modes = config.Namespaces;
        var list = new List<LinuxNamespace> { new(LinuxNamespaceKind.Mount) };
        Add(list, config, LinuxNamespaceKind.Network, modes.Network, "net");
        Add(list, config, LinuxNamespaceKind.Uts, modes.Uts, "uts");
        Add(list, config, LinuxNamespaceKind.Pid, modes.Pid, "pid");
        Add(list, config, LinuxNamespaceKind.Ipc, modes.Ipc, "ipc");
        Add(list, config, LinuxNamespaceKind.Cgroup, modes.Cgroup, "cgroup");
        Add(list, config, LinuxNamespaceKind.User, modes.User.Length == 0 ? "host" : modes.User, "user");
        return list;
    }

    /// <summary>The container an ipc mode names; null when it names none.</summary>
    internal static DonorConfig? IpcDonor(ContainerConfig config)
    {
        var mode = NamespaceMode.Parse(config.Namespaces.Ipc, "ipc", isIpc: true);
        return mode.Kind == NamespaceModeKind.Container ? Donor(config, mode.Target, "config.namespaces.ipc") : null;
    }

    /// <summary>The container whose network a config joins; null when it joins none.</summary>
    internal static DonorConfig? NetworkDonor(ContainerConfig config)
    {
        var mode = NamespaceMode.Parse(config.Namespaces.Network, "network");
        return mode.Kind == NamespaceModeKind.Container
            ? Donor(config, mode.Target, "config.namespaces.network")
            : null;
    }

    private static void Add(
        List<LinuxNamespace> list, ContainerConfig config, LinuxNamespaceKind kind, string text, string file)
    {
        var name = NamespaceNames.Text(kind);
        var mode = NamespaceMode.Parse(text, name, kind == LinuxNamespaceKind.Ipc);
        if (mode.IsNew)
        {
            list.Add(new LinuxNamespace(kind));
        }
        else if (mode.Kind == NamespaceModeKind.Path)
        {
            list.Add(new LinuxNamespace(kind, mode.Target));
        }
        else if (mode.Kind == NamespaceModeKind.Container)
        {
            var donor = Donor(config, mode.Target, $"config.namespaces.{name}");
            if (donor.HasUserNamespace && kind != LinuxNamespaceKind.User && config.Namespaces.User != text)
            {
                throw new SpecException($"config.namespaces.{name}",
                    $"container {mode.Target} has a user namespace: join that too, namespaces.user = \"{text}\"");
            }

            var pid = donor.Pid.ToString(CultureInfo.InvariantCulture);
            list.Add(new LinuxNamespace(kind, $"/proc/{pid}/ns/{file}"));
        }
    }

    private static DonorConfig Donor(ContainerConfig config, string id, string field) =>
        config.Donors.TryGetValue(id, out var donor)
            ? donor
            : throw new SpecException(field, $"container {id} is not running");
}
