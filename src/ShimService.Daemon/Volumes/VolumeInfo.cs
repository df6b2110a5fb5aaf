namespace ShimService.Daemon.Volumes;

/// <summary>A named volume as it is now.</summary>
/// <param name="Path">Where its content is on the host.</param>
/// <param name="Users">The containers that have it.</param>
internal sealed record VolumeInfo(
    string Name, string Path, DateTimeOffset CreatedAt, IReadOnlyDictionary<string, string> Labels, IReadOnlyList<string> Users);
