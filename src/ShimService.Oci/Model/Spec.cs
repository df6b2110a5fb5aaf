namespace ShimService.Oci.Model;

/// <summary>
/// A container as OCI runtime-spec 1.3.0 config.md describes it: one immutable value, already validated when it came
/// from <see cref="Parse"/>. Empty text and empty lists stand for "absent" where the specification makes no
/// difference between the two; where it does, the property is nullable.
/// </summary>
public sealed record Spec
{
    /// <summary>The specification version the document was written for, such as "1.2.0".</summary>
    public string OciVersion { get; init; } = "";

    public RootSpec? Root { get; init; }

    /// <summary>Null when absent: the container can be created, but not started.</summary>
    public ProcessSpec? Process { get; init; }

    public string Hostname { get; init; } = "";

    public string Domainname { get; init; } = "";

    /// <summary>In the order they are to be mounted.</summary>
    public IReadOnlyList<MountSpec> Mounts { get; init; } = [];

    public IReadOnlyDictionary<string, string> Annotations { get; init; } = EmptyMap.Instance;

    public HooksSpec Hooks { get; init; } = HooksSpec.None;

    public LinuxSpec Linux { get; init; } = new();

    /// <summary>Reads and validates a config.json. Errors: <see cref="SpecException"/>, never another type.</summary>
    public static Spec Parse(ReadOnlySpan<byte> utf8)
    {
        var spec = Oci.Parse.IdMapWords.Expand(Oci.Parse.SpecReader.Read(utf8));
        Validation.SpecRules.Check(spec);
        return spec;
    }
}
