namespace ShimService.Oci.Build.Names;

/// <summary>A port of a linked container; the protocol is "tcp", "udp" or "sctp".</summary>
public readonly record struct LinkedPort(int Number, string Protocol);
