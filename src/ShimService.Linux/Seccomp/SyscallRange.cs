namespace ShimService.Linux.Seccomp;

/// <summary>All numbers from <paramref name="First"/> to the next range have the same decision.</summary>
internal readonly record struct SyscallRange(uint First, SyscallDecision Decision);
