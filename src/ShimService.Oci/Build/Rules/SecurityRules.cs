namespace ShimService.Oci.Build.Rules;

/// <summary>
/// What the kernel cannot enforce: a default is left out with a warning, what was asked for is an error.
/// </summary>
internal static class SecurityRules
{
    internal static SecurityConfig Apply(ContainerConfig config, HostAbilities host, List<string> warnings)
    {
        var security = config.Security;
        if (!host.Seccomp && security.Seccomp != "unconfined")
        {
            if (security.Seccomp is not ("" or "default"))
            {
                throw new SpecException("config.security.seccomp", "cannot be applied: this kernel has no seccomp");
            }

            warnings.Add("this kernel has no seccomp: the container runs without the default filter");
            security = security with { Seccomp = "unconfined" };
        }

        if (security.AppArmor is not ("" or "unconfined") && !host.AppArmor)
        {
            throw new SpecException("config.security.options",
                $"apparmor={security.AppArmor} cannot be applied: AppArmor is not enabled on this host");
        }

        foreach (var label in security.Labels)
        {
            CheckLabel(label, host);
        }

        return security;
    }

    private static void CheckLabel(string label, HostAbilities host)
    {
        const string field = "config.security.options";
        if (label == "disable")
        {
            return;
        }

        var colon = label.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0 || label[..colon] is not ("user" or "role" or "type" or "level" or "filetype" or "nested"))
        {
            throw new SpecException(field, $"label={label} is neither disable nor user:, role:, type:, level:");
        }

        if (!host.SELinux)
        {
            throw new SpecException(field, $"label={label} cannot be applied: SELinux is not enabled on this host");
        }
    }
}
