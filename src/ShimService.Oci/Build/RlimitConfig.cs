namespace ShimService.Oci.Build;

/// <summary>A resource limit; the type is "RLIMIT_NOFILE" or "nofile".</summary>
public readonly record struct RlimitConfig(string Type, ulong Soft, ulong Hard);
