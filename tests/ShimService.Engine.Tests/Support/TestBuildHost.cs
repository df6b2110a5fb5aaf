using ShimService.Oci.Build;
using ShimService.Oci.Model;

namespace ShimService.Engine.Tests.Support;

/// <summary>The builder's view of this machine, as far as ordinary containers need it.</summary>
internal sealed class TestBuildHost : IBuildHost
{
    public HostAbilities Abilities { get; } = HostAbilities.All with
    {
        CpuCount = Environment.ProcessorCount,
        Cpus = "",
        MemoryNodes = "",
        SwapLimit = false,
    };

    public int OomScoreAdj => 0;

    public IReadOnlyList<string> AvailableCapabilities => CapabilityNames.All;

    public IReadOnlyList<string> ThermalThrottlePaths => [];

    public bool Exists(string path) => File.Exists(path);

    public HostDevice? FindDevice(string path) => null;

    public IReadOnlyList<string> DevicesBelow(string directory) => [];

    public HostMount? FindMount(string path) => null;

    public byte[]? ReadFile(string path) => null;
}
