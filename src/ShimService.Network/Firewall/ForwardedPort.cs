namespace ShimService.Network.Firewall;

/// <summary>A published port and the container's address of the same family it leads to.</summary>
internal readonly record struct ForwardedPort(PortRecord Port, string ContainerIp);
