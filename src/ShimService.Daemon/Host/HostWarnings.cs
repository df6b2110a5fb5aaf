namespace ShimService.Daemon.Host;

/// <summary>Sentences for people: what is not there, and what therefore does not work.</summary>
internal static class HostWarnings
{
    private static readonly (string Controller, string Consequence)[] Wanted =
    [
        ("memory", "memory limits and memory statistics do not work"),
        ("cpu", "CPU limits do not work"),
        ("pids", "limits on the number of processes do not work"),
        ("devices", "access to devices is not restricted by cgroup v1 (cgroup v2 does it without a controller)"),
    ];

    public static IReadOnlyList<string> For(
        IReadOnlyList<string> controllers, IReadOnlyDictionary<string, bool> features, ulong capabilities)
    {
        var warnings = new List<string>();
        foreach (var (controller, consequence) in Wanted)
        {
            if (!controllers.Contains(controller))
            {
                warnings.Add($"cgroup controller {controller} is missing: {consequence}");
            }
        }

        if (!controllers.Contains("blkio") && !controllers.Contains("io"))
        {
            warnings.Add("cgroup controller blkio (v1) or io (v2) is missing: block I/O limits do not work");
        }

        if (!Capabilities.Has(capabilities, Capabilities.SysAdmin))
        {
            warnings.Add("CAP_SYS_ADMIN is missing: no container can be made");
        }

        if (!Capabilities.Has(capabilities, Capabilities.SysResource))
        {
            warnings.Add("CAP_SYS_RESOURCE is missing: hard rlimits cannot be raised, oom_score_adj cannot be lowered");
        }

        Missing(HostFeatures.Seccomp, "seccomp profiles do not work");
        Missing(HostFeatures.UserNamespaces, "user namespaces do not work");
        Missing(HostFeatures.Pressure, "Stats has no pressure");
        Missing(HostFeatures.AppArmor, "AppArmor profiles cannot be applied");
        Missing(HostFeatures.SELinux, "SELinux labels cannot be applied");
        return warnings;

        void Missing(string feature, string consequence)
        {
            if (!features.GetValueOrDefault(feature))
            {
                warnings.Add($"{feature} is not available: {consequence}");
            }
        }
    }
}
