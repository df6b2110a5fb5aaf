namespace ShimService.Oci.Build;

/// <summary>The paths Docker masks and makes read-only.</summary>
internal static class PathSection
{
    private static readonly string[] AlwaysMasked =
    [
        "/proc/acpi", "/proc/asound", "/proc/interrupts", "/proc/kcore", "/proc/keys", "/proc/latency_stats",
        "/proc/sched_debug", "/proc/scsi", "/proc/timer_list", "/proc/timer_stats", "/sys/devices/virtual/powercap",
        "/sys/firmware",
    ];

    internal static IReadOnlyList<string> Readonly { get; } =
        ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"];

    internal static IReadOnlyList<string> Masked(IBuildHost host) => [.. AlwaysMasked, .. host.ThermalThrottlePaths];
}
