namespace ShimService.Linux.Launch;

/// <summary>
/// A descriptor the launcher hands to the child. The first operations of a launch put the three streams at 0…2 and
/// the named ones at 3…n in the order of naming, and close everything else.
/// </summary>
public readonly record struct PlanDescriptor
{
    internal PlanDescriptor(int ordinal) => Ordinal = ordinal;

    /// <summary>Its number in the child.</summary>
    public int Ordinal { get; }

    public static PlanDescriptor Stdin => new(0);

    public static PlanDescriptor Stdout => new(1);

    public static PlanDescriptor Stderr => new(2);
}
