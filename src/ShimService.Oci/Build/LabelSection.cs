namespace ShimService.Oci.Build;

/// <summary>
/// An SELinux label out of the parts that a config gives; what it does not give is container-selinux's.
/// </summary>
internal static class LabelSection
{
    /// <summary>Empty when no part is given, or labels are disabled.</summary>
    internal static string Process(IReadOnlyList<string> parts)
    {
        if (parts.Count == 0 || parts.Contains("disable"))
        {
            return "";
        }

        return string.Join(':', Part("user", "system_u"), Part("role", "system_r"), Part("type", "container_t"),
            Part("level", "s0"));

        string Part(string name, string otherwise)
        {
            for (var i = parts.Count - 1; i >= 0; i--)
            {
                if (parts[i].StartsWith(name + ":", StringComparison.Ordinal))
                {
                    return parts[i][(name.Length + 1)..];
                }
            }

            return otherwise;
        }
    }
}
