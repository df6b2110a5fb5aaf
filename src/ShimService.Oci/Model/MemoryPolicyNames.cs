namespace ShimService.Oci.Model;

/// <summary>How a spec spells memory policies.</summary>
public static class MemoryPolicyNames
{
    private static readonly (string Name, MemoryPolicyMode Mode)[] Modes =
    [
        ("MPOL_DEFAULT", MemoryPolicyMode.Default),
        ("MPOL_PREFERRED", MemoryPolicyMode.Preferred),
        ("MPOL_BIND", MemoryPolicyMode.Bind),
        ("MPOL_INTERLEAVE", MemoryPolicyMode.Interleave),
        ("MPOL_LOCAL", MemoryPolicyMode.Local),
        ("MPOL_PREFERRED_MANY", MemoryPolicyMode.PreferredMany),
        ("MPOL_WEIGHTED_INTERLEAVE", MemoryPolicyMode.WeightedInterleave),
    ];

    private static readonly (string Name, MemoryPolicyFlags Flag)[] AllFlags =
    [
        ("MPOL_F_NUMA_BALANCING", MemoryPolicyFlags.NumaBalancing),
        ("MPOL_F_RELATIVE_NODES", MemoryPolicyFlags.RelativeNodes),
        ("MPOL_F_STATIC_NODES", MemoryPolicyFlags.StaticNodes),
    ];

    public static MemoryPolicyMode? FindMode(string name)
    {
        foreach (var (known, mode) in Modes)
        {
            if (known == name)
            {
                return mode;
            }
        }

        return null;
    }

    public static MemoryPolicyFlags? FindFlag(string name)
    {
        foreach (var (known, flag) in AllFlags)
        {
            if (known == name)
            {
                return flag;
            }
        }

        return null;
    }

    public static string Text(MemoryPolicyMode mode)
    {
        foreach (var (name, known) in Modes)
        {
            if (known == mode)
            {
                return name;
            }
        }

        throw new ArgumentOutOfRangeException(nameof(mode));
    }

    public static IReadOnlyList<string> Texts(MemoryPolicyFlags flags)
    {
        var texts = new List<string>();
        foreach (var (name, flag) in AllFlags)
        {
            if ((flags & flag) != 0)
            {
                texts.Add(name);
            }
        }

        return texts;
    }
}
