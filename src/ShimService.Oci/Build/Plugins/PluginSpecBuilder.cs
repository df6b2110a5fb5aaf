using ShimService.Oci.Model;

namespace ShimService.Oci.Build.Plugins;

/// <summary>
/// The spec of a managed plugin, by the rules Docker has for them: a container with a writable root, a directory for
/// its socket that it shares with the host, and what its manifest asks of the host. Errors: <see cref="SpecException"/>
/// with the field. Pure.
/// </summary>
public static class PluginSpecBuilder
{
    private const string Field = "plugin";
    private const string SocketDirectory = "/run/docker/plugins";

    public static Spec Build(PluginConfig plugin, IBuildHost host)
    {
        if (!plugin.ExecRoot.StartsWith('/'))
        {
            throw new SpecException($"{Field}.exec_root", $"\"{plugin.ExecRoot}\" is not absolute");
        }

        if (!plugin.Rootfs.StartsWith('/'))
        {
            throw new SpecException($"{Field}.rootfs", $"\"{plugin.Rootfs}\" is not absolute");
        }

        if (plugin.Entrypoint.Count + plugin.Args.Count == 0)
        {
            throw new SpecException($"{Field}.entrypoint", "needs at least one entry");
        }

        var spec = SpecBuilder.Build(Container(plugin), host);
        var capabilities = spec.Process!.Capabilities!;
        IReadOnlyList<string> extra = Extra(plugin, capabilities.Bounding);
        spec = spec with
        {
            Mounts = [.. spec.Mounts.Where(mount => !IsReplaced(plugin, mount)), .. Mounts(plugin)],
            Process = spec.Process with
            {
                Capabilities = capabilities with
                {
                    Bounding = [.. capabilities.Bounding, .. extra],
                    Permitted = [.. capabilities.Permitted, .. extra],
                    Effective = [.. capabilities.Effective, .. extra],
                    Inheritable = [.. capabilities.Inheritable, .. extra],
                },
            },
            Linux = spec.Linux with
            {
                Resources = plugin.AllowAllDevices
                    ? spec.Linux.Resources! with { Devices = [new LinuxDeviceRule(true, DeviceKind.All, null, null, "rwm")] }
                    : spec.Linux.Resources,

                // What the plugin mounts there has to come out.
                RootfsPropagation = plugin.PropagatedMount.Length > 0
                    ? RootfsPropagation.Shared
                    : RootfsPropagation.Default,
            },
        };
        Validation.SpecRules.Check(spec);
        return spec;
    }

    /// <summary>Where the plugin's propagated mounts are on the host.</summary>
    public static string PropagatedSource(PluginConfig plugin) => plugin.Rootfs.TrimEnd('/') is var root
        ? root[..root.LastIndexOf('/')] + "/propagated-mount"
        : "";

    private static ContainerConfig Container(PluginConfig plugin) => new()
    {
        Id = plugin.Id,
        Rootfs = new RootfsConfig(plugin.Rootfs),
        Entrypoint = plugin.Entrypoint,
        Args = plugin.Args,
        Cwd = plugin.WorkDir.Length > 0 ? plugin.WorkDir : "/",
        Env = plugin.Env,
        Devices = plugin.Devices,
        Namespaces = new NamespacesConfig
        {
            Network = plugin.Network == "host" ? "host" : "",
            Pid = plugin.PidHost ? "host" : "",
            Ipc = plugin.IpcHost ? "host" : "",
        },
    };

    private static List<MountSpec> Mounts(PluginConfig plugin)
    {
        var list = new List<MountSpec>
        {
            Bind($"{plugin.ExecRoot.TrimEnd('/')}/{plugin.Id}", SocketDirectory, "rbind", "rshared"),
        };
        if (plugin.PropagatedMount.Length > 0)
        {
            list.Add(Bind(PropagatedSource(plugin), plugin.PropagatedMount, "rbind", "rw", "rshared"));
        }

        // A plugin that talks to anybody has to find names as the host does.
        if (plugin.Network.Length > 0)
        {
            list.Add(Bind("/etc/hosts", "/etc/hosts", "rbind", "ro"));
            list.Add(Bind("/etc/resolv.conf", "/etc/resolv.conf", "rbind", "ro"));
        }

        for (var i = 0; i < plugin.Mounts.Count; i++)
        {
            var mount = plugin.Mounts[i];
            if (mount.Source.Length == 0)
            {
                throw new SpecException($"{Field}.mounts[{i}].source", "has to be set before the plugin can run");
            }

            var isBind = mount.Type is "" or "bind";
            list.Add(new MountSpec
            {
                Destination = mount.Destination,
                Type = isBind ? "bind" : mount.Type,
                Source = mount.Source,
                Options = isBind && !mount.Options.Contains("bind") && !mount.Options.Contains("rbind")
                    ? ["rbind", .. mount.Options]
                    : mount.Options,
            });
        }

        return list;
    }

    // A mount of the manifest takes a default's place, and one on /dev that of all below.
    private static bool IsReplaced(PluginConfig plugin, MountSpec standard) => plugin.Mounts.Any(mount =>
        mount.Destination == standard.Destination
        || (mount.Destination == "/dev" && standard.Destination.StartsWith("/dev/", StringComparison.Ordinal)));

    private static List<string> Extra(PluginConfig plugin, IReadOnlyList<string> known)
    {
        var extra = new List<string>();
        for (var i = 0; i < plugin.Capabilities.Count; i++)
        {
            var name = plugin.Capabilities[i].ToUpperInvariant();
            name = name.StartsWith("CAP_", StringComparison.Ordinal) ? name : $"CAP_{name}";
            if (!CapabilityNames.IsKnown(name))
            {
                throw new SpecException(
                    $"{Field}.capabilities[{i}]", $"\"{plugin.Capabilities[i]}\" is not a capability of Linux");
            }

            if (!known.Contains(name) && !extra.Contains(name))
            {
                extra.Add(name);
            }
        }

        return extra;
    }

    private static MountSpec Bind(string source, string destination, params string[] options) =>
        new() { Destination = destination, Type = "bind", Source = source, Options = options };
}
