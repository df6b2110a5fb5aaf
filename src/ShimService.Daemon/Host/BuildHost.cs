using System.Globalization;
using ShimService.Linux;
using ShimService.Oci.Build;
using ShimService.Oci.Model;

namespace ShimService.Daemon.Host;

/// <summary>
/// What the spec builder asks of this machine. What cannot change while shimd runs is looked up once.
/// </summary>
internal sealed class BuildHost : IBuildHost
{
    private const string Processors = "/sys/devices/system/cpu";

    private readonly Lazy<IReadOnlyList<string>> _thermalThrottle = new(static () => Directory.Exists(Processors)
        ? [.. Directory.GetDirectories(Processors, "cpu*").Select(cpu => cpu + "/thermal_throttle").Where(Directory.Exists)]
        : []);

    private readonly Lazy<HostAbilities> _abilities = new(AbilityReader.Read);

    private readonly Lazy<IReadOnlyList<string>> _capabilities = new(static () =>
    {
        var bits = Capabilities.ReadBounding();
        return [.. CapabilityNames.All.Where((_, number) => Capabilities.Has(bits, number))];
    });

    public HostAbilities Abilities => _abilities.Value;

    public int OomScoreAdj { get; } =
        int.TryParse(HostFacts.TryReadText("/proc/self/oom_score_adj"), CultureInfo.InvariantCulture, out var value)
            ? value
            : 0;

    public IReadOnlyList<string> AvailableCapabilities => _capabilities.Value;

    public IReadOnlyList<string> ThermalThrottlePaths => _thermalThrottle.Value;

    public bool Exists(string path) => File.Exists(path);

    public HostDevice? FindDevice(string path) => DeviceNode.Find(path) is not { } node
        ? null
        : new HostDevice(
            node.IsBlock ? DeviceKind.Block : DeviceKind.Character, node.Major, node.Minor, node.Mode, node.Uid, node.Gid);

    public byte[]? ReadFile(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public IReadOnlyList<string> DevicesBelow(string directory) => DeviceTree.Below(directory);

    public HostMount? FindMount(string path) =>
        HostMounts.Find(path, HostFacts.TryReadText("/proc/self/mountinfo"));
}
