namespace ShimService.Rpc;

/// <summary>
/// Who is at the other end of a unix socket, as the kernel says (man 7 unix, SO_PEERCRED): taken when the peer
/// connected, in our own pid and user namespaces.
/// </summary>
public readonly record struct PeerCredentials(int Pid, uint Uid, uint Gid);
