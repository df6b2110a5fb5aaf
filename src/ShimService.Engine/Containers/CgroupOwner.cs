using ShimService.Engine.Launching;
using ShimService.Oci.Model;

namespace ShimService.Engine.Containers;

/// <summary>
/// Who may make cgroups inside the container's: its user, where the container has a cgroup namespace of its own and
/// mounts it writable. Source: OCI runtime-spec 1.3.0 config-linux.md#cgroup-ownership. Pure.
/// </summary>
internal static class CgroupOwner
{
    /// <summary>The user as the host numbers it; null = root keeps it.</summary>
    internal static uint? Of(Spec spec)
    {
        if (spec.Linux.Namespace(LinuxNamespaceKind.Cgroup) is not { IsNew: true }
            || HostIds.Of(spec.Process!.User.Uid, spec.Linux.UidMappings) is not (> 0 and var uid))
        {
            return null;
        }

        foreach (var mount in spec.Mounts)
        {
            if (mount is { Type: "cgroup", Destination: "/sys/fs/cgroup" } && !mount.Options.Contains("ro")
                && !mount.Options.Contains("rro"))
            {
                return uid;
            }
        }

        return null;
    }
}
