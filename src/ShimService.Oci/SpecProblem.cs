namespace ShimService.Oci;

/// <summary>Whose fault it is that a spec cannot be used.</summary>
public enum SpecProblem
{
    /// <summary>The spec contradicts the specification or itself.</summary>
    Invalid,

    /// <summary>The spec is right, but asks for something this engine does not do yet.</summary>
    Unsupported,
}
