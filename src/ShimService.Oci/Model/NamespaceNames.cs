namespace ShimService.Oci.Model;

/// <summary>How a spec spells the kinds of namespace.</summary>
public static class NamespaceNames
{
    internal const string All = "mount, pid, network, ipc, uts, user, cgroup, time";

    public static LinuxNamespaceKind? Find(string name) => name switch
    {
        "mount" => LinuxNamespaceKind.Mount,
        "pid" => LinuxNamespaceKind.Pid,
        "network" => LinuxNamespaceKind.Network,
        "ipc" => LinuxNamespaceKind.Ipc,
        "uts" => LinuxNamespaceKind.Uts,
        "user" => LinuxNamespaceKind.User,
        "cgroup" => LinuxNamespaceKind.Cgroup,
        "time" => LinuxNamespaceKind.Time,
        _ => null,
    };

    public static string Text(LinuxNamespaceKind value) => value switch
    {
        LinuxNamespaceKind.Mount => "mount",
        LinuxNamespaceKind.Pid => "pid",
        LinuxNamespaceKind.Network => "network",
        LinuxNamespaceKind.Ipc => "ipc",
        LinuxNamespaceKind.Uts => "uts",
        LinuxNamespaceKind.User => "user",
        LinuxNamespaceKind.Cgroup => "cgroup",
        LinuxNamespaceKind.Time => "time",
        _ => throw new ArgumentOutOfRangeException(nameof(value)),
    };
}
