namespace ShimService.Network;

/// <summary>What a container wants of networks.</summary>
public sealed record NetworkingRequest
{
    public required string Container { get; init; }

    public string Hostname { get; init; } = "";

    /// <inheritdoc cref="ContainerRecord.Domainname"/>
    public string Domainname { get; init; } = "";

    /// <inheritdoc cref="ContainerRecord.IPv6Off"/>
    public bool IPv6Off { get; init; }

    public string HostsFile { get; init; } = "";

    /// <inheritdoc cref="ContainerRecord.ExtraHosts"/>
    public IReadOnlyList<string> ExtraHosts { get; init; } = [];

    public IReadOnlyList<AttachmentRequest> Networks { get; init; } = [];

    public IReadOnlyList<PortRequest> Ports { get; init; } = [];

    public IReadOnlyList<string> Links { get; init; } = [];

    /// <summary>Ports that are served without being published.</summary>
    public IReadOnlyList<PortRequest> Exposed { get; init; } = [];

    /// <inheritdoc cref="ContainerRecord.Env"/>
    public IReadOnlyList<string> Env { get; init; } = [];
}
