namespace ShimService.Oci.Model;

/// <summary>How much of one size of huge page a container may use.</summary>
/// <param name="PageSize">As the kernel's files spell it: "64KB", "2MB", "1GB".</param>
/// <param name="Limit">Bytes.</param>
public sealed record LinuxHugepageLimit(string PageSize, ulong Limit);
