namespace ShimService.Network.Bridges;

/// <summary>
/// What a container's interface hangs on. A container that publishes ports may call itself by them, and where
/// br_netfilter translates addresses inside the bridge the frame then leaves by the port it came in by: hairpin.
/// </summary>
/// <param name="Bridge">The bridge's index.</param>
internal readonly record struct BridgePort(int Bridge, bool IsIsolated, bool IsHairpin);
