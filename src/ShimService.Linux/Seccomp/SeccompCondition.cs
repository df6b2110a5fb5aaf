namespace ShimService.Linux.Seccomp;

/// <summary>
/// A condition on system call argument <paramref name="Argument"/>, 0 to 5. <paramref name="Second"/> only with
/// <see cref="SeccompComparison.MaskedEqual"/>.
/// </summary>
public readonly record struct SeccompCondition(
    int Argument, SeccompComparison Comparison, ulong Value, ulong Second = 0);
