using ShimService.Linux.Cgroups;

namespace ShimService.Engine.Tests.Support;

/// <summary>Needs a mounted cgroup2; skipped with the reason where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class CgroupTwoFactAttribute : FactAttribute
{
    public CgroupTwoFactAttribute()
    {
        if (CgroupLayout.Detect().Unified is null)
        {
            Skip = "needs a mounted cgroup2";
        }
    }
}
