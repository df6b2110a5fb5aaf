namespace ShimService.Daemon.Volumes;

/// <summary>What a person said of a volume when making it, in volume.json beside its data.</summary>
internal sealed record VolumeRecord
{
    public int Version { get; init; } = 1;

    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();
}
