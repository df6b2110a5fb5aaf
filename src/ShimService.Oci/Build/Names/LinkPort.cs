namespace ShimService.Oci.Build.Names;

/// <summary>A port of a container; the protocol is "tcp", "udp" or "sctp".</summary>
public readonly record struct LinkPort(ushort Number, string Protocol);
