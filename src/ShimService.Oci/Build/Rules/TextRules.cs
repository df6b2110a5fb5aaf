namespace ShimService.Oci.Build.Rules;

/// <summary>Working directory, environment, annotations, words of the resolver.</summary>
internal static class TextRules
{
    internal static void Check(ContainerConfig config)
    {
        for (var i = 0; i < config.Env.Count; i++)
        {
            if (config.Env[i].Length == 0 || config.Env[i][0] == '=')
            {
                throw new SpecException($"config.env[{i}]", "has no name");
            }
        }

        foreach (var name in config.Annotations.Keys)
        {
            if (name.Length == 0)
            {
                throw new SpecException("config.annotations", "has an entry without a name");
            }
        }

        CheckWords(config.DnsSearch, "config.dns_search");
        CheckWords(config.DnsOptions, "config.dns_options");
        if (config.OomScoreAdj is < -1000 or > 1000)
        {
            throw new SpecException("config.oom_score_adj", "must be from -1000 to 1000");
        }
    }

    // Each goes into resolv.conf as one word: a line break in it would begin a line of its own.
    private static void CheckWords(IReadOnlyList<string> words, string field)
    {
        for (var i = 0; i < words.Count; i++)
        {
            if (words[i].Any(static letter => char.IsWhiteSpace(letter) || char.IsControl(letter)))
            {
                throw new SpecException($"{field}[{i}]", $"\"{words[i]}\" is not one word: give each by itself");
            }
        }
    }

    /// <summary>Absolute, and without ".", ".." and doubled slashes.</summary>
    internal static string Cwd(string cwd)
    {
        if (cwd.Length == 0)
        {
            return "";
        }

        if (cwd[0] != '/')
        {
            throw new SpecException("config.cwd", $"\"{cwd}\" is not absolute");
        }

        return Clean(cwd);
    }

    /// <summary>
    /// A path from the root without ".", ".." and doubled slashes: by the text alone, as Docker cleans it.
    /// </summary>
    internal static string Clean(string path)
    {
        var parts = new List<string>();
        foreach (var part in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part == ".." && parts.Count > 0)
            {
                parts.RemoveAt(parts.Count - 1);
            }
            else if (part is not ("." or ".."))
            {
                parts.Add(part);
            }
        }

        return "/" + string.Join('/', parts);
    }
}
