namespace ShimService.Oci.Build;

/// <summary>
/// What the builder must know of the machine. Implemented by whoever may look at it; tests make one up.
/// </summary>
public interface IBuildHost
{
    HostAbilities Abilities { get; }

    /// <summary>The oom_score_adj that a new process would inherit.</summary>
    int OomScoreAdj { get; }

    /// <summary>Names of all capabilities this kernel and the caller's bounding set can give.</summary>
    IReadOnlyList<string> AvailableCapabilities { get; }

    /// <summary>
    /// The existing /sys/devices/system/cpu/cpuN/thermal_throttle, which tell containers of each other.
    /// </summary>
    IReadOnlyList<string> ThermalThrottlePaths { get; }

    /// <summary>Whether a file exists.</summary>
    bool Exists(string path);

    /// <summary>The device node at a path, symbolic links followed; null when there is none.</summary>
    HostDevice? FindDevice(string path);

    /// <summary>
    /// Paths of the device nodes below a directory, in order; what is no device is left out, and so are pseudo
    /// terminals, /dev/shm, /dev/mqueue and /dev/console. Empty when it is no directory.
    /// </summary>
    IReadOnlyList<string> DevicesBelow(string directory);

    /// <summary>The content of a small file; null when it cannot be read.</summary>
    byte[]? ReadFile(string path);

    /// <summary>The mount a path lies on; null when there is no such path.</summary>
    HostMount? FindMount(string path);
}
