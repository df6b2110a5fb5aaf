namespace ShimService.Oci.Build;

/// <summary>What matters of the mount a path of the host lies on.</summary>
/// <param name="Shared">Member of a peer group: mounts travel both ways.</param>
/// <param name="Slave">Receives mounts from a peer group.</param>
/// <param name="LockedOptions">Those of ro, nosuid, nodev, noexec and the atime words that are set: in a user
/// namespace a bind mount has to keep them (man 7 mount_namespaces).</param>
public sealed record HostMount(bool Shared, bool Slave, IReadOnlyList<string> LockedOptions);
