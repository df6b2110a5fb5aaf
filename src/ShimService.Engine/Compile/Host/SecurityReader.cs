using ShimService.Engine.Compile.Input;
using ShimService.Linux;
using ShimService.Linux.Errors;
using ShimService.Oci.Model;
using ShimService.Tasks.Errors;

namespace ShimService.Engine.Compile.Host;

/// <summary>
/// Which security modules label processes here. Looked at only for a spec that names a label: most hosts' specs do not.
/// </summary>
internal static class SecurityReader
{
    /// <summary>
    /// Errors: <see cref="TaskException"/> where /proc is not what the kernel makes: a label written to something else
    /// would confine nothing (CVE-2019-16884).
    /// </summary>
    internal static HostPicture Now(HostPicture host, ProcessSpec? process, LinuxSpec linux)
    {
        if (process is not ({ ApparmorProfile.Length: > 0 } or { SelinuxLabel.Length: > 0 })
            && linux.MountLabel.Length == 0)
        {
            return host;
        }

        if (!Linux.Mounts.IsProcfs("/proc"))
        {
            throw new TaskException(ErrorKind.FailedPrecondition, ErrorReason.HostLacks,
                "/proc of the shim is not a proc file system, so a process cannot be given its label; mount one there");
        }

        var apparmor = Text("/sys/module/apparmor/parameters/enabled").StartsWith('Y');

        // Without a policy every process is "kernel", and nothing is labelled.
        var selinux = Text("/proc/filesystems").Contains("\tselinuxfs\n", StringComparison.Ordinal)
            && !apparmor && Text("/proc/self/attr/current").TrimEnd('\0', '\n') is not ("" or "kernel");
        return host with
        {
            Security = (apparmor ? SecurityModules.AppArmor : SecurityModules.None)
                | (selinux ? SecurityModules.Selinux : SecurityModules.None),
        };
    }

    private static string Text(string path)
    {
        try
        {
            return Files.ReadText(path);
        }
        catch (KernelException)
        {
            return "";
        }
    }
}
