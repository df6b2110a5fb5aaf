namespace ShimService.Network;

/// <summary>
/// Ports to publish, as they were asked for. 0 as an end = one port; 0 as the host's port = a free one.
/// </summary>
public sealed record PortRequest(int ContainerPort, int ContainerPortEnd)
{
    public string HostIp { get; init; } = "";

    public int HostPort { get; init; }

    public int HostPortEnd { get; init; }

    public string Protocol { get; init; } = "tcp";
}
