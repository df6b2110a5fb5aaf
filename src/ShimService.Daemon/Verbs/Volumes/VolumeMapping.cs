using Google.Protobuf.WellKnownTypes;
using ShimService.Contracts.V1;
using ShimService.Daemon.Volumes;

namespace ShimService.Daemon.Verbs.Volumes;

/// <summary>Volumes as the contract has them.</summary>
internal static class VolumeMapping
{
    public static Volume Map(VolumeInfo volume)
    {
        var mapped = new Volume
        {
            Name = volume.Name,
            Path = volume.Path,
            CreatedAt = volume.CreatedAt.ToTimestamp(),
            ContainerIds = { volume.Users },
        };
        foreach (var (name, value) in volume.Labels)
        {
            mapped.Labels[name] = value;
        }

        return mapped;
    }
}
