using ShimService.Oci.Build.Rules;
using ShimService.Oci.Model;

namespace ShimService.Oci.Build;

/// <summary>
/// Makes the spec a Docker user expects from a config: what is absent gets the defaults, each section in a file of its
/// own. The result is validated. Errors: <see cref="SpecException"/>, with the field of the config where one is at
/// fault. Pure but for what it asks of the <see cref="IBuildHost"/>.
/// </summary>
public static class SpecBuilder
{
    /// <summary>The version of the specification the built spec is written for.</summary>
    public const string OciVersion = "1.3.0";

    /// <summary>Of an image that has no files, for a machine whose limits raise no question.</summary>
    public static Spec Build(ContainerConfig config, IBuildHost host) => Build(config, host, NoImage.Instance, []);

    /// <summary>The spec; what was dropped or is doubtful is added to <paramref name="warnings"/>.</summary>
    public static Spec Build(ContainerConfig config, IBuildHost host, IImageFiles image, List<string> warnings)
    {
        if (config.Rootfs.Path.Length == 0)
        {
            throw new SpecException("config.rootfs.path", "is required");
        }

        if (config.Rootfs.Path[0] != '/')
        {
            throw new SpecException("config.rootfs.path", $"\"{config.Rootfs.Path}\" is not absolute");
        }

        config = ConfigRules.Apply(config, host.Abilities, warnings);
        var namespaces = NamespaceSection.Build(config);
        var hostname = namespaces.Find(entry => entry.Kind == LinuxNamespaceKind.Uts) switch
        {
            null => HostnameSection.RefuseWithHostUts(config),
            { IsNew: true } => HostnameSection.Build(config),

            // It has a name already, and it is not this container's to change.
            _ => "",
        };
        var capabilities = CapabilitySection.Build(config.Security, host);
        var mounts = MountSection.Build(config, host);
        var isPrivileged = config.Security.Privileged;
        var spec = new Spec
        {
            OciVersion = OciVersion,
            Root = new RootSpec(config.Rootfs.Path, config.Rootfs.Readonly),
            Hostname = hostname,
            Domainname = config.Domainname,
            Annotations = config.Annotations,
            Mounts = mounts,
            Process = ProcessSection.Build(config, hostname, capabilities, host, image),
            Linux = new LinuxSpec
            {
                Namespaces = namespaces,
                UidMappings = config.Namespaces.UidMappings,
                GidMappings = config.Namespaces.GidMappings,
                Devices = DeviceSection.Build(config, host),
                CgroupsPath = CgroupSection.Path(config),
                Resources = ResourceSection.Build(config, host),
                Seccomp = SeccompSection.Build(config.Security, capabilities, host),
                MaskedPaths = isPrivileged ? [] : config.Security.MaskedPaths ?? PathSection.Masked(host),
                ReadonlyPaths = isPrivileged ? [] : config.Security.ReadonlyPaths ?? PathSection.Readonly,
                Sysctl = SysctlSection.Build(config, namespaces, host),
                RootfsPropagation = PropagationRules.ForRoot(mounts),
            },
        };
        Validation.SpecRules.Check(spec);
        return spec;
    }
}
