using ShimService.Oci.Build;
using ShimService.Oci.Model;

namespace ShimService.Oci.Tests.Build;

/// <summary>A machine as the builder sees it, with what a test puts there.</summary>
internal sealed class FakeHost : IBuildHost
{
    public HostAbilities Abilities { get; init; } = HostAbilities.All;

    public int OomScoreAdj { get; init; }

    public IReadOnlyList<string> AvailableCapabilities { get; init; } =
        [.. CapabilityNames.All.Where(name => name != "CAP_SYS_RESOURCE")];

    public IReadOnlyList<string> ThermalThrottlePaths { get; init; } = [];

    public Dictionary<string, HostDevice> Devices { get; } = new()
    {
        ["/dev/fuse"] = new(DeviceKind.Character, 10, 229, 0x21B6, 0, 5),
        ["/dev/sda"] = new(DeviceKind.Block, 8, 0, 0x61B0, 0, 6),
    };

    public Dictionary<string, byte[]> Files { get; } = [];

    public Dictionary<string, HostMount> Mounts { get; } = [];

    public bool Exists(string path) => path.StartsWith("/proc/sys/", StringComparison.Ordinal);

    public HostDevice? FindDevice(string path) => Devices.TryGetValue(path, out var device) ? device : null;

    public IReadOnlyList<string> DevicesBelow(string directory) =>
        [.. Devices.Keys.Where(path => path.StartsWith(directory + "/", StringComparison.Ordinal)).Order()];

    public HostMount? FindMount(string path) => Mounts.GetValueOrDefault(path);

    public byte[]? ReadFile(string path) => Files.GetValueOrDefault(path);
}
