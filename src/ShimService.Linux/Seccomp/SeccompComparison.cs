namespace ShimService.Linux.Seccomp;

/// <summary>How an argument is compared, always unsigned. MaskedEqual: the bits of value in the argument are those of the
/// second value.</summary>
public enum SeccompComparison
{
    NotEqual,
    LessThan,
    LessOrEqual,
    Equal,
    GreaterOrEqual,
    GreaterThan,
    MaskedEqual,
}
