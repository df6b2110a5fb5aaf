namespace ShimService.Oci.Parse;

/// <summary>
/// Properties of runtime-spec 1.3.0 that change what a container may do or see, and that this engine does not do yet.
/// A spec that sets one of them is refused by name. Whoever implements one deletes its line here. Words inside values
/// (mount options, kinds of namespace) stand in <see cref="Validation.UnsupportedValues"/>.
/// </summary>
internal static class UnsupportedProperties
{
    private static readonly string[] Patterns =
    [

        // Not ours at all, but a container where a virtual machine was asked for is weaker.
        "vm",
    ];

    internal static bool Contains(string pattern) => Array.IndexOf(Patterns, pattern) >= 0;
}
