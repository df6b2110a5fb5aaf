namespace ShimService.Oci.Validation;

/// <summary>Rules for annotations.</summary>
internal static class AnnotationRules
{
    internal static void Check(IReadOnlyDictionary<string, string> annotations)
    {
        foreach (var name in annotations.Keys)
        {
            if (name.Length == 0)
            {
                throw new SpecException("annotations", "holds an empty key");
            }
        }
    }
}
