namespace ShimService.Tasks.Stats;

/// <summary>Limit null = unlimited.</summary>
public sealed record PidsStats(ulong Current, ulong? Limit);
