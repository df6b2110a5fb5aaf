namespace ShimService.Oci.Model;

/// <summary>One resource limit; ulong.MaxValue = unlimited.</summary>
public readonly record struct PosixRlimit(RlimitKind Kind, ulong Soft, ulong Hard);
