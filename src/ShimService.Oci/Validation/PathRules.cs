namespace ShimService.Oci.Validation;

/// <summary>Rules for text that goes to the kernel, and for paths.</summary>
internal static class PathRules
{
    /// <summary>PATH_MAX with its NUL: the kernel takes nothing longer in one piece.</summary>
    private const int LongestPath = 4095;

    /// <summary>
    /// Text that becomes a C string must not hold a NUL, or the kernel would see less than we checked.
    /// </summary>
    internal static void CheckText(string text, string field)
    {
        if (text.Contains('\0'))
        {
            throw new SpecException(field, "holds a NUL character");
        }

        if (text.Length > LongestPath)
        {
            throw new SpecException(field, $"is longer than {LongestPath} characters");
        }
    }

    /// <summary>Of a security module; also becomes a quoted mount option.</summary>
    internal static void CheckLabel(string label, string field)
    {
        CheckText(label, field);
        if (label.AsSpan().IndexOfAny('"', '\n') >= 0)
        {
            throw new SpecException(field, "holds a quote or a line break");
        }
    }

    internal static void CheckAbsolute(string path, string field)
    {
        CheckText(path, field);
        if (!path.StartsWith('/'))
        {
            throw new SpecException(field, $"\"{path}\" must be an absolute path");
        }
    }

    internal static void CheckAbsolute(IReadOnlyList<string> paths, string field)
    {
        for (var i = 0; i < paths.Count; i++)
        {
            CheckAbsolute(paths[i], $"{field}[{i}]");
        }
    }
}
