using System.Globalization;

namespace ShimService.Linux.Cgroups;

/// <summary>
/// The host's cgroup hierarchies: a read-only picture, taken once. Pure but for <see cref="Detect"/>.
/// Source: man 5 proc_pid_mountinfo, kernel Documentation/admin-guide/cgroup-v{1/cgroups,2}.rst.
/// </summary>
public sealed class CgroupLayout
{
    private CgroupLayout(IReadOnlyList<CgroupHierarchy> hierarchies)
    {
        Hierarchies = hierarchies;
        bool legacy = false;
        foreach (CgroupHierarchy hierarchy in hierarchies)
        {
            legacy |= hierarchy.Version == CgroupVersion.V1;
            Unified = hierarchy.Version == CgroupVersion.V2 ? hierarchy : Unified;
        }

        Mode = (legacy, Unified) switch
        {
            (true, null) => CgroupMode.Legacy,
            (true, _) => CgroupMode.Hybrid,
            (false, null) => CgroupMode.None,
            (false, _) => CgroupMode.Unified,
        };
    }

    public CgroupMode Mode { get; }

    /// <summary>Hierarchies with a controller, and the v2 one with or without.</summary>
    public IReadOnlyList<CgroupHierarchy> Hierarchies { get; }

    public CgroupHierarchy? Unified { get; }

    /// <summary>Reads the mount table of this process.</summary>
    public static CgroupLayout Detect() =>
        Parse(File.ReadAllText("/proc/self/mountinfo"), static mountPoint =>
        {
            string file = mountPoint + "/cgroup.controllers";
            return File.Exists(file) ? File.ReadAllText(file) : "";
        });

    /// <summary>
    /// <paramref name="readControllers"/> answers the text of cgroup.controllers below a v2 mount point. A hierarchy
    /// mounted twice counts once; of two mounts the one that shows the hierarchy's root wins.
    /// </summary>
    public static CgroupLayout Parse(string mountInfo, Func<string, string> readControllers)
    {
        List<CgroupHierarchy> found = [];
        List<bool> whole = [];
        foreach (ReadOnlySpan<char> line in mountInfo.AsSpan().EnumerateLines())
        {
            if (ParseLine(line, readControllers, out bool root) is not { } hierarchy)
            {
                continue;
            }

            int same = found.FindIndex(other =>
                other.Version == hierarchy.Version
                    && (other.Controllers & hierarchy.Controllers) == hierarchy.Controllers);
            if (same < 0)
            {
                found.Add(hierarchy);
                whole.Add(root);
            }
            else if (root && !whole[same])
            {
                found[same] = hierarchy;
                whole[same] = true;
            }
        }

        return new CgroupLayout(found);
    }

    /// <summary>The hierarchy that carries a controller; null where the host has none.</summary>
    public CgroupHierarchy? Find(CgroupControllers controller)
    {
        foreach (CgroupHierarchy hierarchy in Hierarchies)
        {
            if ((hierarchy.Controllers & controller) != 0)
            {
                return hierarchy;
            }
        }

        return null;
    }

    // 36 35 98:0 /root /mount/point rw,noatime master:1 - cgroup cgroup rw,cpu,cpuacct
    private static CgroupHierarchy? ParseLine(
        ReadOnlySpan<char> line, Func<string, string> readControllers, out bool root)
    {
        root = false;
        int dash = line.IndexOf(" - cgroup", StringComparison.Ordinal);
        if (dash < 0)
        {
            return null;
        }

        ReadOnlySpan<char> head = line[..dash];
        ReadOnlySpan<char> tail = line[(dash + 3)..];
        root = Field(head, 3).SequenceEqual("/");
        string mountPoint = Unescape(Field(head, 4));
        if (Field(tail, 0).SequenceEqual("cgroup2"))
        {
            CgroupControllers unified = CgroupControllerNames.ParseList(readControllers(mountPoint), ' ');
            return new CgroupHierarchy(CgroupVersion.V2, "unified", mountPoint, unified);
        }

        if (!Field(tail, 0).SequenceEqual("cgroup"))
        {
            return null;
        }

        string names = "";
        CgroupControllers controllers = CgroupControllers.None;
        ReadOnlySpan<char> options = Field(tail, 2);
        foreach (Range range in options.Split(','))
        {
            CgroupControllers controller = CgroupControllerNames.Parse(options[range]);
            if (controller != CgroupControllers.None)
            {
                controllers |= controller;
                names = names.Length == 0 ? options[range].ToString() : $"{names},{options[range]}";
            }
        }

        return controllers == CgroupControllers.None
            ? null
            : new CgroupHierarchy(CgroupVersion.V1, names, mountPoint, controllers);
    }

    private static ReadOnlySpan<char> Field(ReadOnlySpan<char> text, int index)
    {
        foreach (Range range in text.Split(' '))
        {
            if (index-- == 0)
            {
                return text[range];
            }
        }

        return [];
    }

    // The kernel writes blanks and backslashes in a path as \040.
    private static string Unescape(ReadOnlySpan<char> text)
    {
        int slash = text.IndexOf('\\');
        if (slash < 0 || slash + 4 > text.Length)
        {
            return text.ToString();
        }

        ReadOnlySpan<char> digits = text.Slice(slash + 1, 3);
        int code = ((digits[0] - '0') * 64) + ((digits[1] - '0') * 8) + (digits[2] - '0');
        return string.Create(
            CultureInfo.InvariantCulture, $"{text[..slash]}{(char)code}{Unescape(text[(slash + 4)..])}");
    }
}
