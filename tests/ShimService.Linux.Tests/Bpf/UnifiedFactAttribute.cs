using ShimService.Linux.Cgroups;

namespace ShimService.Linux.Tests.Bpf;

/// <summary>Needs root and a cgroup2 file system; skipped with the reason where they are not.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class UnifiedFactAttribute : FactAttribute
{
    public UnifiedFactAttribute()
    {
        if (Environment.UserName != "root" || CgroupLayout.Detect().Unified is null)
        {
            Skip = "needs root and a mounted cgroup2";
        }
    }
}
