using ShimService.Linux.Cgroups;

namespace ShimService.Linux.Tests.Cgroups;

/// <summary>Needs root and writable cgroups; skipped with the reason where they are not.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class CgroupFactAttribute : FactAttribute
{
    public CgroupFactAttribute()
    {
        if (Environment.UserName != "root")
        {
            Skip = "needs root: makes cgroups";
        }
        else if (CgroupLayout.Detect().Mode == CgroupMode.None)
        {
            Skip = "needs a mounted cgroup file system";
        }
    }
}
