namespace ShimService.Linux.Cgroups;

/// <summary>
/// Where a container's cgroup is below the mount point of each hierarchy: absolute, without ".", ".." or doubled
/// slashes, and never the root itself. Source: OCI runtime-spec 1.3.0 config-linux.md#cgroups-path.
/// </summary>
public readonly record struct CgroupPath
{
    /// <summary>The parent of every cgroup nobody named a place for.</summary>
    public const string DefaultParent = "/shimservice";

    private readonly string? _value;

    private CgroupPath(string value) => _value = value;

    /// <summary>"/a/b". Throws on the default value, which is no path.</summary>
    public string Value => _value ?? throw new InvalidOperationException("an unset cgroup path was used");

    /// <summary>"/a" of "/a/b"; "/" of "/a".</summary>
    public string Parent
    {
        get
        {
            int slash = Value.LastIndexOf('/');
            return slash == 0 ? "/" : Value[..slash];
        }
    }

    /// <summary>"b" of "/a/b".</summary>
    public string Leaf => Value[(Value.LastIndexOf('/') + 1)..];

    /// <summary>The place of a container whose spec names none.</summary>
    public static CgroupPath ForContainer(string id) => new($"{DefaultParent}/{id}");

    /// <summary>
    /// Reads linux.cgroupsPath: absolute is below each hierarchy's mount point, relative is below
    /// <see cref="DefaultParent"/>. <paramref name="problem"/> says what is wrong and what to write instead.
    /// </summary>
    public static bool TryParse(string text, out CgroupPath path, out string problem)
    {
        path = default;
        problem = Problem(text);
        if (problem.Length > 0)
        {
            return false;
        }

        List<string> parts = text[0] == '/' ? [] : [DefaultParent[1..]];
        foreach (string part in text.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part != ".")
            {
                parts.Add(part);
            }
        }

        if (parts.Count == 0 || (parts.Count == 1 && text[0] != '/'))
        {
            problem = "names no cgroup of its own; add a last component";
            return false;
        }

        path = new CgroupPath("/" + string.Join('/', parts));
        return true;
    }

    public override string ToString() => Value;

    private static string Problem(string text)
    {
        if (text.Length == 0)
        {
            return "is empty; leave it out for the default";
        }

        if (text.Contains('\0') || text.Contains('\n'))
        {
            return "holds a NUL or a line break";
        }

        if (text[0] != '/' && text.Count(c => c == ':') == 2)
        {
            return "is in the systemd form slice:prefix:name, which names no path";
        }

        foreach (string part in text.Split('/'))
        {
            if (part == "..")
            {
                return "holds '..'; write the path without it";
            }

            if (part.Length > 255)
            {
                return "has a component longer than 255 characters";
            }
        }

        return "";
    }
}
