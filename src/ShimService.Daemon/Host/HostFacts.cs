using System.Globalization;
using System.Runtime.InteropServices;
using ShimService.Linux.Cgroups;

namespace ShimService.Daemon.Host;

/// <summary>
/// What this host has, and what it lacks that somebody would miss. Read from /proc and /sys; touches nothing.
/// </summary>
internal sealed record HostFacts
{
    public required string Kernel { get; init; }

    public required string Architecture { get; init; }

    public required string CgroupLayout { get; init; }

    public required IReadOnlyList<string> Controllers { get; init; }

    public required ulong MemoryBytes { get; init; }

    public required IReadOnlyList<string> Warnings { get; init; }

    public required IReadOnlyDictionary<string, bool> Features { get; init; }

    public static HostFacts Read()
    {
        var cgroups = Linux.Cgroups.CgroupLayout.Detect();
        var controllers = ControllersOf(cgroups);
        var features = HostFeatures.Read();
        return new HostFacts
        {
            Kernel = TryReadText("/proc/sys/kernel/osrelease"),
            Architecture = RuntimeInformation.OSArchitecture switch
            {
                System.Runtime.InteropServices.Architecture.X64 => "x86_64",
                System.Runtime.InteropServices.Architecture.Arm64 => "aarch64",
                var other => other.ToString(),
            },
            CgroupLayout = Name(cgroups.Mode),
            Controllers = controllers,
            MemoryBytes = ReadMemory(),
            Features = features,
            Warnings = HostWarnings.For(controllers, features, Capabilities.ReadBounding()),
        };
    }

    internal static string TryReadText(string path)
    {
        try
        {
            return File.ReadAllText(path).Trim();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private static string Name(CgroupMode mode) => mode switch
    {
        CgroupMode.None => "none",
        CgroupMode.Legacy => "v1",
        CgroupMode.Hybrid => "hybrid",
        CgroupMode.Unified => "v2",
        _ => throw new ArgumentOutOfRangeException(nameof(mode), mode, "not a CgroupMode"),
    };

    private static string[] ControllersOf(Linux.Cgroups.CgroupLayout cgroups)
    {
        var names = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var hierarchy in cgroups.Hierarchies)
        {
            names.UnionWith(hierarchy.Version == CgroupVersion.V1
                ? hierarchy.Name.Split(',')
                : TryReadText(hierarchy.MountPoint + "/cgroup.controllers")
                    .Split(' ', StringSplitOptions.RemoveEmptyEntries));
        }

        return [.. names];
    }

    private static ulong ReadMemory()
    {
        var line = TryReadText("/proc/meminfo").Split('\n').FirstOrDefault(
            line => line.StartsWith("MemTotal:", StringComparison.Ordinal));
        var number = line?.Split(' ', StringSplitOptions.RemoveEmptyEntries).ElementAtOrDefault(1);
        return ulong.TryParse(number, CultureInfo.InvariantCulture, out var kibibytes) ? kibibytes * 1024 : 0;
    }
}
