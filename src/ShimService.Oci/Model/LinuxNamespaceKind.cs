namespace ShimService.Oci.Model;

/// <summary>The kinds of namespace of OCI runtime-spec 1.3.0 config-linux.md#namespaces.</summary>
public enum LinuxNamespaceKind
{
    Mount,
    Pid,
    Network,
    Ipc,
    Uts,
    User,
    Cgroup,
    Time,
}
