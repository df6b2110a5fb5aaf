using ShimService.Oci.Model;

namespace ShimService.Oci.Validation;

/// <summary>Rules for linux.intelRdt. What the processor has is the engine's to say.</summary>
internal static class IntelRdtRules
{
    internal static void Check(LinuxIntelRdt rdt, string field)
    {
        PathRules.CheckText(rdt.ClosId, $"{field}.closID");
        if (rdt.ClosId is "." or ".." || (rdt.ClosId.Contains('/') && rdt.ClosId != "/") || rdt.ClosId.Contains('\n'))
        {
            throw new SpecException($"{field}.closID", $"\"{rdt.ClosId}\" is not the name of a class of service");
        }

        CheckLine(rdt.L3CacheSchema, $"{field}.l3CacheSchema", many: true);
        CheckLine(rdt.MemBwSchema, $"{field}.memBwSchema", many: true);
        if (HasLine(rdt.L3CacheSchema, "MB:"))
        {
            throw new SpecException($"{field}.l3CacheSchema", "must not hold a line of memory bandwidth (MB:)");
        }

        for (var i = 0; i < rdt.Schemata.Count; i++)
        {
            CheckLine(rdt.Schemata[i], $"{field}.schemata[{i}]", many: false);
        }
    }

    private static void CheckLine(string text, string field, bool many)
    {
        PathRules.CheckText(text, field);
        if (!many && (text.Length == 0 || text.Contains('\n')))
        {
            throw new SpecException(field, "must be one line, such as L3:0=ff;1=ff");
        }
    }

    private static bool HasLine(string text, string start)
    {
        foreach (var line in text.Split('\n'))
        {
            if (line.TrimStart().StartsWith(start, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }
}
