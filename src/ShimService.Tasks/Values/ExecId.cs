namespace ShimService.Tasks.Values;

/// <summary>The id of an extra process in a task. Same alphabet as <see cref="ContainerId"/>.</summary>
public readonly record struct ExecId
{
    private ExecId(string value) => Value = value;

    public string Value { get; }

    /// <summary>Checks an id a caller typed. Errors: InvalidArgument with the field.</summary>
    public static ExecId Parse(string value, string field) =>
        Identifier.IsValid(value) ? new ExecId(value) : throw Identifier.Invalid(value, field);

    public override string ToString() => Value;
}
