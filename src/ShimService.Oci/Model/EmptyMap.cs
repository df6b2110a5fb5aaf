namespace ShimService.Oci.Model;

/// <summary>The one empty map of text to text.</summary>
internal static class EmptyMap
{
    internal static IReadOnlyDictionary<string, string> Instance { get; } =
        new Dictionary<string, string>(0, StringComparer.Ordinal);
}
