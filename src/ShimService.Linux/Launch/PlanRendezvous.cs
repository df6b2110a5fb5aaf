namespace ShimService.Linux.Launch;

/// <summary>A place where the child waits: its name and the operation that waits.</summary>
public readonly record struct PlanRendezvous(string Name, int Operation);
