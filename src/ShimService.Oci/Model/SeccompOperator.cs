namespace ShimService.Oci.Model;

/// <summary>How an argument is compared. For <see cref="MaskedEqual"/>: (argument &amp; value) == valueTwo.</summary>
public enum SeccompOperator
{
    NotEqual,
    LessThan,
    LessOrEqual,
    Equal,
    GreaterOrEqual,
    GreaterThan,
    MaskedEqual,
}
