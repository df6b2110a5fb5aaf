namespace ShimService.Oci.Build;

/// <summary>
/// Docker's -v grammar: DEST, SOURCE:DEST or SOURCE:DEST:MODE. An absolute source is a directory of the host, made when
/// missing; another one is the name of a volume. The mode is words between commas, at most one of each class.
/// </summary>
public static class VolumeWords
{
    /// <summary>Errors: <see cref="SpecException"/> with the field.</summary>
    public static MountConfig Parse(string text, string field)
    {
        var parts = text.Split(':');
        if (parts.Length > 3 || parts.Any(static part => part.Length == 0))
        {
            throw Malformed(text, field, "write DESTINATION, SOURCE:DESTINATION or SOURCE:DESTINATION:MODE");
        }

        var (source, destination) = parts.Length == 1 ? ("", parts[0]) : (parts[0], parts[1]);
        if (!destination.StartsWith('/') || destination.Trim('/').Length == 0)
        {
            throw Malformed(text, field, parts.Length == 2 && IsMode(parts[1])
                ? "a mode needs a source and a destination in front"
                : "the destination must be an absolute path below /");
        }

        var isBind = source.StartsWith('/');
        var options = parts.Length == 3 ? Mode(parts[2], isBind, text, field) : [];
        if (!isBind && source.Length > 0)
        {
            CheckName(source, field);
        }

        return new MountConfig
        {
            Type = isBind ? "bind" : "volume",
            Source = source,
            Destination = destination,
            Options = options,
            NoCopy = options.Contains("nocopy"),
            CreateSource = isBind,
        };
    }

    /// <summary>Letters, digits, "_", "." and "-", the first a letter or digit: a name becomes a directory.</summary>
    public static void CheckName(string name, string field)
    {
        if (name.Length is 0 or > 255 || !char.IsAsciiLetterOrDigit(name[0])
            || !name.All(static letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '.' or '-'))
        {
            throw new SpecException(
                field, $"\"{name}\" is no name of a volume: letters, digits, \"_\", \".\", \"-\"; or an absolute path");
        }
    }

    /// <summary>A place inside a volume, relative to its root. Errors: <see cref="SpecException"/>.</summary>
    public static string Subpath(string path, string field) => path.StartsWith('/') || path.Split('/').Contains("..")
        ? throw new SpecException(field, $"\"{path}\" must lead to a place inside the volume, without \"..\"")
        : path.Trim('/');

    private static string[] Mode(string mode, bool isBind, string text, string field)
    {
        var words = mode.Split(',');
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var word in words)
        {
            var kind = Class(word);
            if (kind is null || (kind == "copy" && isBind) || (kind == "propagation" && !isBind))
            {
                throw Malformed(text, field, $"\"{word}\" is no mode of a {(isBind ? "bind mount" : "volume")}");
            }

            if (!seen.Add(kind))
            {
                throw Malformed(text, field, $"\"{word}\" says again, or the contrary of, what an earlier word said");
            }
        }

        return words;
    }

    private static bool IsMode(string text) => text.Split(',').All(static word => Class(word) is not null);

    private static string? Class(string word) => word switch
    {
        "ro" or "rw" => "access",
        "z" or "Z" => "label",
        "nocopy" => "copy",
        "consistent" or "cached" or "delegated" or "default" => "consistency",
        "private" or "rprivate" or "shared" or "rshared" or "slave" or "rslave" => "propagation",
        _ => null,
    };

    private static SpecException Malformed(string text, string field, string problem) =>
        new(field, $"\"{text}\": {problem}");
}
