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

    public static Spec Build(ContainerConfig config, IBuildHost host)
    {
        if (config.Rootfs.Path.Length == 0)
        {
            throw new SpecException("config.rootfs.path", "is required");
        }

        if (config.Rootfs.Path[0] != '/')
        {
            throw new SpecException("config.rootfs.path", $"\"{config.Rootfs.Path}\" is not absolute");
        }

        if (config.Args.Count == 0)
        {
            throw new SpecException("config.args", "needs at least one entry");
        }

        if (config.Cwd.Length > 0 && config.Cwd[0] != '/')
        {
            throw new SpecException("config.cwd", $"\"{config.Cwd}\" is not absolute");
        }

        var namespaces = NamespaceSection.Build(config.Namespaces);
        var hostname = namespaces.Exists(entry => entry.Kind == LinuxNamespaceKind.Uts)
            ? HostnameSection.Build(config)
            : HostnameSection.RefuseWithHostUts(config);
        var capabilities = CapabilitySection.Build(config.Security, host);
        var devices = DeviceSection.Build(config.Devices, host);
        var spec = new Spec
        {
            OciVersion = OciVersion,
            Root = new RootSpec(config.Rootfs.Path, config.Rootfs.Readonly),
            Hostname = hostname,
            Domainname = config.Domainname,
            Annotations = config.Annotations,
            Mounts = MountSection.Build(config),
            Process = ProcessSection.Build(config, hostname, capabilities, host),
            Linux = new LinuxSpec
            {
                Namespaces = namespaces,
                UidMappings = config.Namespaces.UidMappings,
                GidMappings = config.Namespaces.GidMappings,
                Devices = devices,
                CgroupsPath = $"/shimservice/{config.Id}",
                Resources = ResourceSection.Build(config, host),
                Seccomp = SeccompSection.Build(config.Security.Seccomp, capabilities, host),
                MaskedPaths = config.Security.MaskedPaths ?? PathSection.Masked(host),
                ReadonlyPaths = config.Security.ReadonlyPaths ?? PathSection.Readonly,
                Sysctl = SysctlSection.Build(config, namespaces, host),
            },
        };
        Validation.SpecRules.Check(spec);
        return spec;
    }
}
