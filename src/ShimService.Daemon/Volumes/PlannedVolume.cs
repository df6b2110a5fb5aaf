namespace ShimService.Daemon.Volumes;

/// <summary>A volume a container is about to get.</summary>
/// <param name="Path">Where its content is on the host.</param>
/// <param name="Destination">Where it is in the container.</param>
/// <param name="IsOwn">It goes with the container.</param>
/// <param name="NoCopy">Leave it empty when it is.</param>
/// <param name="Field">What to blame in the config.</param>
internal sealed record PlannedVolume(string Path, string Destination, bool IsOwn, bool NoCopy, string Field);
