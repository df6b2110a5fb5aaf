using ShimService.Daemon.Verbs.Creation;
using ShimService.Oci.Build;
using ShimService.Oci.Build.Plugins;
using ShimService.Oci.Write;
using V1 = ShimService.Contracts.V1;

namespace ShimService.Daemon.Verbs.Explaining;

/// <summary>The spec of a managed plugin.</summary>
internal static class PluginExplanation
{
    /// <summary>Errors: SpecException with the field of the plugin.</summary>
    public static TaskSource Of(V1.PluginConfig plugin, IBuildHost host) => new()
    {
        SpecJson = SpecWriter.Write(PluginSpecBuilder.Build(Map(plugin), host)),
    };

    private static PluginConfig Map(V1.PluginConfig plugin) => new()
    {
        Id = plugin.Id,
        Rootfs = plugin.Rootfs,
        ExecRoot = plugin.ExecRoot,
        Entrypoint = plugin.Entrypoint,
        WorkDir = plugin.WorkDir,
        Network = plugin.Network,
        PidHost = plugin.PidHost,
        IpcHost = plugin.IpcHost,
        PropagatedMount = plugin.PropagatedMount,
        Mounts = MountMapping.Map(new V1.ContainerConfig { Mounts = { plugin.Mounts } }),
        Devices =
            [.. plugin.Devices.Select(device => new DeviceConfig(device.Path, device.ContainerPath, device.Access))],
        AllowAllDevices = plugin.AllowAllDevices,
        Capabilities = plugin.Capabilities,
        Args = plugin.Args,
        Env = plugin.Env,
    };
}
