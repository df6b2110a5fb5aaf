using ShimService.Oci.Model;

namespace ShimService.Oci.Build;

/// <summary>
/// A container as a person describes it: the message <c>ContainerConfig</c> of protos/shimservice/v1/config.proto as
/// plain values, where each field is explained. <see cref="SpecBuilder"/> makes a <see cref="Spec"/> from it.
/// </summary>
public sealed record ContainerConfig
{
    /// <summary>Names the container in its hostname and its cgroup.</summary>
    public string Id { get; init; } = "";

    public RootfsConfig Rootfs { get; init; } = new("");

    public IReadOnlyList<string> Args { get; init; } = [];

    /// <summary>NAME=value; NAME alone removes a default.</summary>
    public IReadOnlyList<string> Env { get; init; } = [];

    public string Cwd { get; init; } = "";

    /// <summary>"uid" or "uid:gid"; empty = "0:0".</summary>
    public string User { get; init; } = "";

    public IReadOnlyList<uint> AdditionalGids { get; init; } = [];

    public bool Terminal { get; init; }

    public ConsoleSize? ConsoleSize { get; init; }

    /// <summary>Empty = the id.</summary>
    public string Hostname { get; init; } = "";

    public string Domainname { get; init; } = "";

    public IReadOnlyList<MountSpec> Mounts { get; init; } = [];

    public ResourcesConfig Resources { get; init; } = new();

    public SecurityConfig Security { get; init; } = new();

    public NamespacesConfig Namespaces { get; init; } = new();

    public IReadOnlyList<RlimitConfig> Rlimits { get; init; } = [];

    public IReadOnlyDictionary<string, string> Sysctls { get; init; } = EmptyMap.Instance;

    public IReadOnlyDictionary<string, string> Annotations { get; init; } = EmptyMap.Instance;

    /// <summary>Null = 0 when the host's processes are favoured, else inherited.</summary>
    public int? OomScoreAdj { get; init; }

    public IReadOnlyList<DeviceConfig> Devices { get; init; } = [];

    /// <summary>Null = 0022.</summary>
    public uint? Umask { get; init; }
}
