namespace ShimService.Oci;

/// <summary>
/// A spec that cannot be used. The message starts with the path of the field, such as
/// <c>linux.namespaces[2].type: …</c>, and is meant for the person who wrote the spec.
/// </summary>
public sealed class SpecException : Exception
{
    public SpecException(string field, string problem, SpecProblem kind = SpecProblem.Invalid)
        : base(field.Length == 0 ? problem : $"{field}: {problem}")
    {
        Field = field;
        Problem = problem;
        Kind = kind;
    }

    /// <summary>The path of the field; empty when the document as a whole is at fault.</summary>
    public string Field { get; }

    /// <summary>The message without the field.</summary>
    public string Problem { get; }

    public SpecProblem Kind { get; }
}
