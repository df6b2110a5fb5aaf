namespace ShimService.Oci.Build;

/// <summary>The option words that say how mounts travel.</summary>
internal static class PropagationWords
{
    internal static bool IsOne(string word) => word is "private" or "rprivate" or "slave" or "rslave" or "shared"
        or "rshared" or "unbindable" or "runbindable";

    /// <summary>The last one of a list; "" when there is none.</summary>
    internal static string Of(IReadOnlyList<string> options)
    {
        for (var i = options.Count - 1; i >= 0; i--)
        {
            if (IsOne(options[i]))
            {
                return options[i];
            }
        }

        return "";
    }
}
