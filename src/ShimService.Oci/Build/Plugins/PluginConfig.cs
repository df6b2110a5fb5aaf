namespace ShimService.Oci.Build.Plugins;

/// <summary>
/// A managed plugin: its manifest (what its author wrote) and its settings (what whoever installed it chose).
/// </summary>
public sealed record PluginConfig
{
    public string Id { get; init; } = "";

    /// <summary>The plugin's root file system on the host; it is writable.</summary>
    public string Rootfs { get; init; } = "";

    /// <summary>
    /// Where plugins of this host have their sockets; the plugin sees its own part at /run/docker/plugins.
    /// </summary>
    public string ExecRoot { get; init; } = "";

    public IReadOnlyList<string> Entrypoint { get; init; } = [];

    public string WorkDir { get; init; } = "";

    /// <summary>"host" = the host's; anything else, "none" or "bridge" among it, = one of its own.</summary>
    public string Network { get; init; } = "";

    public bool PidHost { get; init; }

    public bool IpcHost { get; init; }

    /// <summary>A directory of the plugin whose mounts the host sees.</summary>
    public string PropagatedMount { get; init; } = "";

    public IReadOnlyList<MountConfig> Mounts { get; init; } = [];

    public IReadOnlyList<DeviceConfig> Devices { get; init; } = [];

    public bool AllowAllDevices { get; init; }

    /// <summary>On top of the default ones, in every set.</summary>
    public IReadOnlyList<string> Capabilities { get; init; } = [];

    /// <summary>Of the settings, after the entrypoint.</summary>
    public IReadOnlyList<string> Args { get; init; } = [];

    /// <summary>Of the settings, NAME=value.</summary>
    public IReadOnlyList<string> Env { get; init; } = [];
}
