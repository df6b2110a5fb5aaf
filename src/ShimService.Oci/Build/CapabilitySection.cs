using ShimService.Oci.Model;

namespace ShimService.Oci.Build;

/// <summary>
/// Docker's fourteen capabilities, plus what is added, minus what is dropped. ALL added = everything there is minus
/// the drops; ALL dropped = exactly the adds. Never inheritable: a container's root then gains nothing by executing a
/// file with inheritable capabilities (CVE-2022-24769).
/// </summary>
internal static class CapabilitySection
{
    private static readonly string[] Defaults =
    [
        "CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FSETID", "CAP_FOWNER", "CAP_MKNOD", "CAP_NET_RAW", "CAP_SETGID",
        "CAP_SETUID", "CAP_SETFCAP", "CAP_SETPCAP", "CAP_NET_BIND_SERVICE", "CAP_SYS_CHROOT", "CAP_KILL",
        "CAP_AUDIT_WRITE",
    ];

    internal static LinuxCapabilities Build(SecurityConfig config, IBuildHost host)
    {
        var (addAll, add) = Normalize(config.CapabilitiesAdd, "config.security.capabilities_add");
        var (dropAll, drop) = Normalize(config.CapabilitiesDrop, "config.security.capabilities_drop");
        var set = new List<string>();
        if (addAll || config.Privileged)
        {
            set.AddRange(host.AvailableCapabilities);
        }
        else if (!dropAll)
        {
            foreach (var name in Defaults)
            {
                if (host.AvailableCapabilities.Contains(name))
                {
                    set.Add(name);
                }
            }
        }

        // As under Docker, privileged is all there is: what is dropped beside it stays.
        if (!config.Privileged)
        {
            set.RemoveAll(drop.Contains);
        }

        foreach (var name in add)
        {
            if (!host.AvailableCapabilities.Contains(name))
            {
                throw new SpecException(
                    "config.security.capabilities_add", $"{name} is not one this host can give");
            }

            if (!set.Contains(name) && !((addAll || config.Privileged) && drop.Contains(name)))
            {
                set.Add(name);
            }
        }

        return new LinuxCapabilities { Bounding = set, Effective = set, Permitted = set };
    }

    private static (bool All, List<string> Names) Normalize(IReadOnlyList<string> given, string field)
    {
        var all = false;
        var names = new List<string>();
        for (var i = 0; i < given.Count; i++)
        {
            var name = given[i].ToUpperInvariant();
            if (name is "ALL" or "CAP_ALL")
            {
                all = true;
                continue;
            }

            name = name.StartsWith("CAP_", StringComparison.Ordinal) ? name : $"CAP_{name}";
            names.Add(CapabilityNames.IsKnown(name)
                ? name
                : throw new SpecException($"{field}[{i}]", $"\"{given[i]}\" is not a capability of Linux"));
        }

        return (all, names);
    }
}
