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

    /// <summary>Goes in front of <see cref="Args"/>.</summary>
    public IReadOnlyList<string> Entrypoint { get; init; } = [];

    public IReadOnlyList<string> Args { get; init; } = [];

    /// <summary>NAME=value; NAME alone removes a default.</summary>
    public IReadOnlyList<string> Env { get; init; } = [];

    /// <summary>Variables that linked containers bring: after the defaults, before <see cref="Env"/>.</summary>
    public IReadOnlyList<string> LinkEnv { get; init; } = [];

    public string Cwd { get; init; } = "";

    /// <summary>"user" or "user:group", each a name of the image or a number; empty = "0:0".</summary>
    public string User { get; init; } = "";

    public IReadOnlyList<uint> AdditionalGids { get; init; } = [];

    /// <summary>Further groups by name or number.</summary>
    public IReadOnlyList<string> GroupAdd { get; init; } = [];

    public bool Terminal { get; init; }

    public ConsoleSize? ConsoleSize { get; init; }

    /// <summary>Empty = the id.</summary>
    public string Hostname { get; init; } = "";

    public string Domainname { get; init; } = "";

    public IReadOnlyList<MountConfig> Mounts { get; init; } = [];

    /// <summary>Of named volumes: where they lie on the host.</summary>
    public IReadOnlyDictionary<string, string> VolumePaths { get; init; } = EmptyMap.Instance;

    /// <summary>Destination in the container → file of the host: hosts, hostname, resolv.conf.</summary>
    public IReadOnlyDictionary<string, string> Files { get; init; } = EmptyMap.Instance;

    /// <summary>Bytes of /dev/shm; 0 = 64 MiB.</summary>
    public long ShmSizeBytes { get; init; }

    /// <summary>Host path of the /dev/shm that a container with ipc mode "shareable" shares.</summary>
    public string SharedMemory { get; init; } = "";

    /// <summary>Put a process in front that reaps and forwards signals.</summary>
    public bool Init { get; init; }

    /// <summary>Host path of that process's program.</summary>
    public string InitProgram { get; init; } = "";

    public ResourcesConfig Resources { get; init; } = new();

    /// <summary>The cgroup the container's own is made below; empty = the engine's.</summary>
    public string CgroupParent { get; init; } = "";

    public SecurityConfig Security { get; init; } = new();

    public NamespacesConfig Namespaces { get; init; } = new();

    /// <summary>By id: the containers that <see cref="Namespaces"/> names.</summary>
    public IReadOnlyDictionary<string, DonorConfig> Donors { get; init; } = NoDonors;

    /// <summary>The one whose network is joined; null when none is. Errors: <see cref="SpecException"/>.</summary>
    public DonorConfig? DonorOfNetwork => NamespaceSection.NetworkDonor(this);

    public IReadOnlyList<RlimitConfig> Rlimits { get; init; } = [];

    public IReadOnlyDictionary<string, string> Sysctls { get; init; } = EmptyMap.Instance;

    public IReadOnlyDictionary<string, string> Annotations { get; init; } = EmptyMap.Instance;

    /// <summary>Null = 0 when the host's processes are favoured, else inherited.</summary>
    public int? OomScoreAdj { get; init; }

    public IReadOnlyList<DeviceConfig> Devices { get; init; } = [];

    /// <summary>"c 1:3 rwm": type a, b or c; major and minor a number or *.</summary>
    public IReadOnlyList<string> DeviceRules { get; init; } = [];

    /// <summary>Null = 0022.</summary>
    public uint? Umask { get; init; }

    public IReadOnlyList<string> ExtraHosts { get; init; } = [];

    public IReadOnlyList<string> Dns { get; init; } = [];

    public IReadOnlyList<string> DnsSearch { get; init; } = [];

    public IReadOnlyList<string> DnsOptions { get; init; } = [];

    public IReadOnlyList<string> Links { get; init; } = [];

    /// <summary>Whether ports are published.</summary>
    public bool Publishes { get; init; }

    /// <summary>Whether it says which ports it serves.</summary>
    public bool Exposes { get; init; }

    /// <summary>Whether an address of the network hardware is asked for.</summary>
    public bool HasMacAddress { get; init; }

    private static readonly Dictionary<string, DonorConfig> NoDonors = [];
}
