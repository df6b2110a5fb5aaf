namespace ShimService.Linux.Seccomp;

/// <summary>A profile that cannot be compiled; the message says why and what to change.</summary>
public sealed class SeccompProfileException(string message) : Exception(message);
