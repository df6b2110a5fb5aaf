using System.Globalization;
using ShimService.Linux.Cgroups;
using ShimService.Oci.Build;

namespace ShimService.Daemon.Host;

/// <summary>
/// What this kernel's cgroups can limit: by the files that are there (v1), or by the controllers (v2).
/// </summary>
internal static class AbilityReader
{
    private static readonly Version RecursiveAttributes = new(5, 12);

    public static HostAbilities Read()
    {
        var layout = CgroupLayout.Detect();
        var abilities = Common(layout);
        foreach (var controller in (CgroupControllers[])
            [CgroupControllers.Memory, CgroupControllers.Cpu, CgroupControllers.CpuSet, CgroupControllers.Pids,
                CgroupControllers.BlockIo, CgroupControllers.Devices])
        {
            if (layout.Find(controller) is { } hierarchy)
            {
                abilities = hierarchy.Version == CgroupVersion.V1
                    ? LegacyAbilities.With(abilities, controller, hierarchy.MountPoint)
                    : UnifiedAbilities.With(abilities, controller, hierarchy.MountPoint);
            }
        }

        return abilities;
    }

    private static HostAbilities Common(CgroupLayout layout)
    {
        var features = HostFeatures.Read();
        var kernel = KernelVersion();
        return new HostAbilities
        {
            CpuCount = Environment.ProcessorCount,
            CgroupNamespaces = features[HostFeatures.CgroupNamespaces],
            TimeNamespaces = features[HostFeatures.TimeNamespaces],
            Seccomp = features[HostFeatures.Seccomp],
            AppArmor = HostFacts.TryReadText("/sys/module/apparmor/parameters/enabled") == "Y",
            SELinux = features[HostFeatures.SELinux],
            Forwarding = HostFacts.TryReadText("/proc/sys/net/ipv4/ip_forward") == "1",
            Unified = layout.Mode == CgroupMode.Unified,

            // cgroup v2 controls devices by a program, which needs no controller.
            DeviceControl = layout.Mode == CgroupMode.Unified,
            RecursiveReadOnly = kernel >= RecursiveAttributes,
            Kernel = kernel,
        };
    }

    private static Version KernelVersion()
    {
        var parts = HostFacts.TryReadText("/proc/sys/kernel/osrelease").Split('.', '-', '+');
        return parts.Length >= 2 && int.TryParse(parts[0], CultureInfo.InvariantCulture, out var major)
            && int.TryParse(parts[1], CultureInfo.InvariantCulture, out var minor)
            ? new Version(major, minor)
            : new Version(0, 0);
    }
}
