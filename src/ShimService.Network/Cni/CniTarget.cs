namespace ShimService.Network.Cni;

/// <summary>For whom plugins run.</summary>
internal sealed record CniTarget(string Container, string InterfaceName, IReadOnlyList<PortRecord> Ports);
