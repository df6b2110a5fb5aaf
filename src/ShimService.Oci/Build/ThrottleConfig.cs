namespace ShimService.Oci.Build;

/// <summary>A rate per second for a block device of the host.</summary>
public readonly record struct ThrottleConfig(string Path, ulong Rate);
