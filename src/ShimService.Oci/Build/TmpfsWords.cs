namespace ShimService.Oci.Build;

/// <summary>
/// Options of a tmpfs: a later word takes the place of an earlier one that says the same or the contrary.
/// </summary>
internal static class TmpfsWords
{
    internal static List<string> Merge(IReadOnlyList<string> defaults, IReadOnlyList<string> given)
    {
        var merged = new List<string>(defaults);
        foreach (var word in given)
        {
            var key = Key(word);
            merged.RemoveAll(known => Key(known) == key);
            merged.Add(word);
        }

        return merged;
    }

    // "exec" and "noexec" are one question, and so are "size=1m" and "size=2m".
    private static string Key(string word)
    {
        var equals = word.IndexOf('=', StringComparison.Ordinal);
        if (equals >= 0)
        {
            return word[..(equals + 1)];
        }

        return word switch
        {
            "rw" => "ro",
            "nosuid" or "nodev" or "noexec" or "noatime" or "nodiratime" or "norelatime" or "nostrictatime" =>
                word[2..],
            "async" => "sync",
            _ => PropagationWords.IsOne(word) ? "propagation" : word,
        };
    }
}
