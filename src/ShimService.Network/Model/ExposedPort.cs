namespace ShimService.Network;

/// <summary>A port that a container says it serves, published or not; the protocol is tcp, udp or sctp.</summary>
public readonly record struct ExposedPort(int Number, string Protocol);
