namespace ShimService.Oci.Model;

/// <summary>How far a clock of a new time namespace is ahead of the host's (or behind, below 0).</summary>
/// <param name="Clock">The kernel's name for it: "monotonic" or "boottime".</param>
/// <param name="Seconds">Whole seconds.</param>
/// <param name="Nanoseconds">Added to the seconds; less than a second.</param>
public sealed record LinuxTimeOffset(string Clock, long Seconds, uint Nanoseconds);
