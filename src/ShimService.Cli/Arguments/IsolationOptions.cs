using System.CommandLine;

namespace ShimService.Cli.Arguments;

/// <summary>
/// What a container shares, and what it may do, beyond the everyday; by the names of Docker's client.
/// </summary>
internal sealed class IsolationOptions
{
    public Option<string[]> Layers { get; } =
        ContainerOptions.Many("--layer", "DIR", "instead of --rootfs: a layer of the root, the bottom one first");

    public Option<string?> Entrypoint { get; } =
        ContainerOptions.Text("--entrypoint", "PROGRAM", "goes in front of the command");

    public Option<bool> Privileged { get; } = new("--privileged") { Description = "all the host can give" };

    public Option<string[]> Ulimits { get; } =
        ContainerOptions.Many("--ulimit", "NAME=SOFT[:HARD]", "a resource limit: nofile=1024:2048");

    public Option<string[]> Sysctls { get; } = ContainerOptions.Many("--sysctl", "NAME=VALUE", "a kernel setting");

    public Option<string[]> Annotations { get; } =
        ContainerOptions.Many("--annotation", "NAME=VALUE", "an annotation of the spec");

    public Option<string[]> DeviceRules { get; } =
        ContainerOptions.Many("--device-cgroup-rule", "\"TYPE MAJOR:MINOR RWM\"", "devices it may use");

    public Option<int?> OomScoreAdj { get; } =
        new("--oom-score-adj") { Description = "-1000 to 1000", HelpName = "N" };

    public Option<string?> ShmSize { get; } = ContainerOptions.Text("--shm-size", "AMOUNT", "size of /dev/shm: 64m");

    public Option<string?> Domainname { get; } = ContainerOptions.Text("--domainname", "NAME", "NIS domain name");

    public Option<string?> Uts { get; } =
        ContainerOptions.Text("--uts", "MODE", "private (default), host, container:ID");

    public Option<string?> Cgroup { get; } =
        ContainerOptions.Text("--cgroupns", "MODE", "private (default), host, container:ID");

    public Option<string?> User { get; } =
        ContainerOptions.Text("--userns", "MODE", "host (default), private with the maps, container:ID");

    public Option<string[]> UidMaps { get; } =
        ContainerOptions.Many("--uidmap", "CONTAINER:HOST:SIZE", "user ids of a private user namespace");

    public Option<string[]> GidMaps { get; } =
        ContainerOptions.Many("--gidmap", "CONTAINER:HOST:SIZE", "group ids of a private user namespace");

    public Option<string?> CgroupParent { get; } =
        ContainerOptions.Text("--cgroup-parent", "PATH", "the cgroup its own is made below");

    public IEnumerable<Symbol> Symbols =>
    [
        Layers, Entrypoint, Privileged, Ulimits, Sysctls, Annotations, DeviceRules, OomScoreAdj, ShmSize, Domainname,
        Uts, Cgroup, User, UidMaps, GidMaps, CgroupParent,
    ];
}
