namespace ShimService.Tasks.Values;

/// <summary>
/// A container's id: letters and digits, with single '.', '_' or '-' between them, at most 76 characters.
/// It becomes a directory and a cgroup name, so nothing else is let through.
/// Source: containerd 2.1 pkg/identifiers.
/// </summary>
public readonly record struct ContainerId
{
    private ContainerId(string value) => Value = value;

    public string Value { get; }

    /// <summary>Checks an id a caller typed. Errors: InvalidArgument with the field.</summary>
    public static ContainerId Parse(string value, string field) =>
        Identifier.IsValid(value) ? new ContainerId(value) : throw Identifier.Invalid(value, field);

    public override string ToString() => Value;
}
