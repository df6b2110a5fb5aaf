using ShimService.Oci.Model;

namespace ShimService.Oci.Build;

/// <summary>Resource limits by the kernel's name or the shell's.</summary>
internal static class RlimitSection
{
    internal static List<PosixRlimit> Build(IReadOnlyList<RlimitConfig> limits)
    {
        var list = new List<PosixRlimit>(limits.Count);
        for (var i = 0; i < limits.Count; i++)
        {
            var name = limits[i].Type.ToUpperInvariant();
            name = name.StartsWith("RLIMIT_", StringComparison.Ordinal) ? name : $"RLIMIT_{name}";
            var kind = RlimitNames.Find(name) ?? throw new SpecException(
                $"config.rlimits[{i}].type", $"\"{limits[i].Type}\" is not a resource limit of Linux");
            list.Add(new PosixRlimit(kind, limits[i].Soft, limits[i].Hard));
        }

        return list;
    }
}
