namespace ShimService.Daemon.Host;

/// <summary>Parts of the kernel containers may want, by name.</summary>
internal static class HostFeatures
{
    public const string Seccomp = "seccomp";
    public const string UserNamespaces = "user_namespaces";
    public const string TimeNamespaces = "time_namespaces";
    public const string CgroupNamespaces = "cgroup_namespaces";
    public const string Pressure = "pressure_stall_information";
    public const string Overlay = "overlayfs";
    public const string AppArmor = "apparmor";
    public const string SELinux = "selinux";

    public static IReadOnlyDictionary<string, bool> Read() => new SortedDictionary<string, bool>(StringComparer.Ordinal)
    {
        [Seccomp] = File.Exists("/proc/sys/kernel/seccomp/actions_avail"),
        [UserNamespaces] =
            File.Exists("/proc/self/ns/user") && HostFacts.TryReadText("/proc/sys/user/max_user_namespaces") != "0",
        [TimeNamespaces] = File.Exists("/proc/self/ns/time"),
        [CgroupNamespaces] = File.Exists("/proc/self/ns/cgroup"),
        [Pressure] = File.Exists("/proc/pressure/cpu"),
        [Overlay] = HostFacts.TryReadText("/proc/filesystems").Contains("\toverlay", StringComparison.Ordinal),
        [AppArmor] = Directory.Exists("/sys/kernel/security/apparmor"),
        [SELinux] = Directory.Exists("/sys/fs/selinux"),
    };
}
