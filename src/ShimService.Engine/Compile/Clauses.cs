namespace ShimService.Engine.Compile;

/// <summary>The clauses of OCI runtime-spec 1.3.0 that steps name as their reason.</summary>
internal static class Clauses
{
    internal const string Root = "config.md#root";
    internal const string Mounts = "config.md#mounts";
    internal const string Process = "config.md#process";
    internal const string User = "config.md#posix-platform-user";
    internal const string Rlimits = "config.md#posix-process";
    internal const string LinuxProcess = "config.md#linux-process";
    internal const string Hostname = "config.md#hostname";
    internal const string Domainname = "config.md#domainname";
    internal const string Namespaces = "config-linux.md#namespaces";
    internal const string UserMappings = "config-linux.md#user-namespace-mappings";
    internal const string TimeOffsets = "config-linux.md#offset-for-time-namespace";
    internal const string Devices = "config-linux.md#devices";
    internal const string DefaultDevices = "config-linux.md#default-devices";
    internal const string DevLinks = "runtime-linux.md#dev-symbolic-links";
    internal const string Cgroups = "config-linux.md#control-groups";
    internal const string Sysctl = "config-linux.md#sysctl";
    internal const string Seccomp = "config-linux.md#seccomp";
    internal const string Propagation = "config-linux.md#rootfs-mount-propagation";
    internal const string Masked = "config-linux.md#masked-paths";
    internal const string Readonly = "config-linux.md#readonly-paths";
    internal const string IoPriority = "config.md#linux-process";
    internal const string Personality = "config-linux.md#personality";
    internal const string MemoryPolicy = "config-linux.md#memory-policy";
    internal const string Hooks = "config.md#posix-platform-hooks";
    internal const string Console = "config.md#process, terminal";
}
