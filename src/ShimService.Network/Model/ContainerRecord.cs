namespace ShimService.Network;

/// <summary>
/// Everything a container has on networks. Written before the first of it is made and removed after the last of it is
/// gone: what is named by no record is not ours, and what a record names may be there.
/// </summary>
public sealed record ContainerRecord
{
    public int Version { get; init; } = 1;

    public required string Container { get; init; }

    /// <summary>The name its own and others' hosts files have for it.</summary>
    public string Hostname { get; init; } = "";

    public string Domainname { get; init; } = "";

    /// <summary>No IPv6 even on its loopback interface.</summary>
    public bool IPv6Off { get; init; }

    /// <summary>Its hosts file on the host; empty when it has none of ours.</summary>
    public string HostsFile { get; init; } = "";

    /// <summary>Lines of its hosts file, "name=address"; the address may be "host-gateway".</summary>
    public IReadOnlyList<string> ExtraHosts { get; init; } = [];

    public IReadOnlyList<EndpointRecord> Endpoints { get; init; } = [];

    public IReadOnlyList<PortRecord> Ports { get; init; } = [];

    /// <summary>"container" or "container:alias".</summary>
    public IReadOnlyList<string> Links { get; init; } = [];

    /// <summary>What the variables of those that link to it tell of it.</summary>
    public IReadOnlyList<ExposedPort> Exposed { get; init; } = [];

    /// <summary>The same: its own variables, as its config named them.</summary>
    public IReadOnlyList<string> Env { get; init; } = [];
}
