using ShimService.Oci.Build;
using ShimService.Oci.Model;
using V1 = ShimService.Contracts.V1;

namespace ShimService.Daemon.Verbs.Creation;

/// <summary>ContainerConfig of the contract as the spec builder's values, field by field; decides nothing.</summary>
internal static class ConfigMapping
{
    public static ContainerConfig Map(string id, V1.ContainerConfig config) => new()
    {
        Id = id,
        Rootfs = new RootfsConfig(config.Rootfs?.Path ?? "", config.Rootfs?.Readonly ?? false),
        Entrypoint = config.Entrypoint,
        Args = config.Args,
        Env = config.Env,
        Cwd = config.Cwd,
        User = config.User,
        AdditionalGids = config.AdditionalGids,
        GroupAdd = config.GroupAdd,
        Terminal = config.Terminal,
        ConsoleSize = Map(config.ConsoleSize),
        Hostname = config.Hostname,
        Domainname = config.Domainname,
        Mounts = MountMapping.Map(config),
        Init = config.Init,
        ExtraHosts = config.ExtraHosts,
        Dns = config.Dns,
        DnsSearch = config.DnsSearch,
        DnsOptions = config.DnsOptions,
        Links = config.Networking?.Links ?? [],
        Publishes = config.Networking is { Ports.Count: > 0 } or { PublishAll: true },
        Exposes = config.Networking is { ExposedPorts.Count: > 0 },
        HasMacAddress = config.Networking?.Networks.Any(static network => network.MacAddress.Length > 0) == true,
        ShmSizeBytes = config.ShmSizeBytes,
        CgroupParent = config.CgroupParent,
        DeviceRules = config.DeviceCgroupRules,
        Resources = ResourceMapping.Map(config.Resources),
        Security = Map(config.Security),
        Namespaces = Map(config.Namespaces),
        Rlimits = [.. config.Rlimits.Select(limit => new RlimitConfig(limit.Type, limit.Soft, limit.Hard))],
        Sysctls = config.Sysctls.AsReadOnly(),
        Annotations = config.Annotations.AsReadOnly(),
        OomScoreAdj = config.HasOomScoreAdj ? config.OomScoreAdj : null,
        Devices =
            [.. config.Devices.Select(device => new DeviceConfig(device.Path, device.ContainerPath, device.Access))],
        Umask = config.HasUmask ? config.Umask : null,
    };

    /// <summary>Sizes above what a terminal can have become the largest one.</summary>
    public static ConsoleSize? Map(V1.ConsoleSize? size) => size is null
        ? null
        : new ConsoleSize(
            (ushort)Math.Min(size.Width, ushort.MaxValue), (ushort)Math.Min(size.Height, ushort.MaxValue));

    private static SecurityConfig Map(V1.Security? security) => security is null
        ? new SecurityConfig()
        : SecurityWords.Apply(
            new SecurityConfig
            {
                CapabilitiesAdd = security.CapabilitiesAdd,
                CapabilitiesDrop = security.CapabilitiesDrop,
                NoNewPrivileges = security.NoNewPrivileges,
                Seccomp = security.Seccomp,
                MaskedPaths = security.PathsSet ? security.MaskedPaths : null,
                ReadonlyPaths = security.PathsSet ? security.ReadonlyPaths : null,
                Privileged = security.Privileged,
            },
            security.Options,
            "config.security.options");

    private static NamespacesConfig Map(V1.Namespaces? namespaces) => namespaces is null
        ? new NamespacesConfig()
        : new NamespacesConfig
        {
            Pid = namespaces.Pid,
            Ipc = namespaces.Ipc,
            Network = namespaces.Network,
            Uts = namespaces.Uts,
            Cgroup = namespaces.Cgroup,
            User = namespaces.User,
            UidMappings = [.. namespaces.UidMappings.Select(Map)],
            GidMappings = [.. namespaces.GidMappings.Select(Map)],
        };

    private static LinuxIdMapping Map(V1.IdMapping mapping) => new(mapping.ContainerId, mapping.HostId, mapping.Size);
}
