namespace ShimService.Oci.Validation;

/// <summary>The version of the specification a spec names: any 1.x up to ours.</summary>
internal static class VersionRules
{
    /// <summary>The newest minor version understood.</summary>
    private const int NewestMinor = 3;

    internal static void Check(string version)
    {
        if (version.Length == 0)
        {
            throw new SpecException("ociVersion", "is required");
        }

        // Semantic versioning: three numbers, then optionally -pre.release and +build.
        var core = version.AsSpan();
        var tail = core.IndexOfAny('-', '+');
        var suffix = tail < 0 ? [] : core[tail..];
        core = tail < 0 ? core : core[..tail];
        var firstDot = core.IndexOf('.');
        var lastDot = core.LastIndexOf('.');
        if (firstDot < 0 || lastDot == firstDot
            || !Number(core[..firstDot], out var major)
            || !Number(core[(firstDot + 1)..lastDot], out var minor)
            || !Number(core[(lastDot + 1)..], out _)
            || !SuffixIsFine(suffix))
        {
            throw new SpecException("ociVersion", $"\"{version}\" is not a semantic version such as 1.3.0");
        }

        if (major != 1 || minor > NewestMinor)
        {
            throw new SpecException(
                "ociVersion",
                $"{version} is not supported: this engine reads 1.0.0 to 1.{NewestMinor}",
                SpecProblem.Unsupported);
        }
    }

    private static bool Number(ReadOnlySpan<char> text, out int number)
    {
        number = 0;
        if (text.Length is 0 or > 6 || (text.Length > 1 && text[0] == '0'))
        {
            return false;
        }

        foreach (var letter in text)
        {
            if (!char.IsAsciiDigit(letter))
            {
                return false;
            }

            number = (number * 10) + (letter - '0');
        }

        return true;
    }

    private static bool SuffixIsFine(ReadOnlySpan<char> suffix)
    {
        if (suffix.Length == 1)
        {
            return false;
        }

        foreach (var letter in suffix)
        {
            if (!char.IsAsciiLetterOrDigit(letter) && letter is not ('-' or '+' or '.'))
            {
                return false;
            }
        }

        return true;
    }
}
