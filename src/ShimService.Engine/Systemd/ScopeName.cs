namespace ShimService.Engine.Systemd;

/// <summary>
/// linux.cgroupsPath in the form slice:prefix:name: a transient unit of systemd, and where its cgroup is.
/// Source: runc docs/systemd.md, man 5 systemd.slice.
/// </summary>
/// <param name="Slice">"system.slice"; "-.slice" is the root.</param>
/// <param name="Unit">"prefix-name.scope".</param>
internal sealed record ScopeName(string Slice, string Unit)
{
    private const string SliceEnding = ".slice";

    /// <summary>Of a container whose spec names none.</summary>
    public static ScopeName ForContainer(string id) => new("system.slice", $"shimservice-{id}.scope");

    /// <summary>Below the mount point of each hierarchy: "/a.slice/a-b.slice/prefix-name.scope".</summary>
    public string CgroupPath => $"{Expand(Slice)}/{Unit}";

    /// <summary>Whether a text has the form. What it names may still be wrong.</summary>
    public static bool IsOne(string cgroupsPath) =>
        cgroupsPath.Length > 0 && cgroupsPath[0] != '/' && cgroupsPath.AsSpan().Count(':') == 2;

    /// <summary><paramref name="problem"/> says what is wrong with it; empty when nothing is.</summary>
    public static ScopeName? TryParse(string cgroupsPath, out string problem)
    {
        problem = "";
        var parts = cgroupsPath.Split(':');
        if (parts.Length != 3 || cgroupsPath.StartsWith('/'))
        {
            problem = $"\"{cgroupsPath}\" has to be slice:prefix:name, since systemd makes the cgroups; "
                + "or leave SystemdCgroup out";
            return null;
        }

        var (slice, prefix, name) = (parts[0], parts[1], parts[2]);
        slice = slice switch
        {
            "" => "system.slice",
            "-" => "-.slice",
            _ => slice,
        };
        if (!IsSliceName(slice))
        {
            problem = $"\"{slice}\" is not the name of a slice such as system.slice or a-b.slice";
            return null;
        }

        if (name.EndsWith(SliceEnding, StringComparison.Ordinal))
        {
            problem =
                $"\"{name}\" is a slice, in which systemd lets no process live; give the container a name of its own";
            return null;
        }

        var unit = prefix.Length > 0 ? $"{prefix}-{name}.scope" : $"{name}.scope";
        if (name.Length == 0 || unit.Length > 255 || !IsUnitText(unit))
        {
            problem = $"\"{unit}\" is not the name of a unit: letters, digits and any of :-_.\\@, 255 at most";
            return null;
        }

        return new ScopeName(slice, unit);
    }

    // a-b.slice is in a.slice.
    private static string Expand(string slice)
    {
        if (slice == "-.slice")
        {
            return "";
        }

        var path = "";
        for (var dash = slice.IndexOf('-', StringComparison.Ordinal); dash >= 0; dash = slice.IndexOf('-', dash + 1))
        {
            path += $"/{slice[..dash]}{SliceEnding}";
        }

        return $"{path}/{slice}";
    }

    private static bool IsSliceName(string slice)
    {
        if (slice == "-.slice")
        {
            return true;
        }

        var name = slice.EndsWith(SliceEnding, StringComparison.Ordinal) ? slice[..^SliceEnding.Length] : "";
        return name.Length > 0 && slice.Length <= 255 && IsUnitText(slice)
            && name[0] != '-' && name[^1] != '-' && !name.Contains("--", StringComparison.Ordinal);
    }

    private static bool IsUnitText(string text)
    {
        foreach (var character in text)
        {
            if (!char.IsAsciiLetterOrDigit(character) && !":-_.\\@".Contains(character, StringComparison.Ordinal))
            {
                return false;
            }
        }

        return text[0] != '.';
    }
}
