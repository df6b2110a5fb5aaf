namespace ShimService.Oci.Model;

/// <summary>Most tasks a container may have; −1 = unlimited, 0 is a real limit.</summary>
public sealed record LinuxPids(long? Limit);
