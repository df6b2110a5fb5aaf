namespace ShimService.Linux.Launch;

/// <summary>An 8-byte slot of a <see cref="PlanBlock"/>.</summary>
public readonly record struct PlanField(int Offset, PlanArgument Value);
