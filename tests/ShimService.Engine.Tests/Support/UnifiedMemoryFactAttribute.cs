using ShimService.Linux.Cgroups;

namespace ShimService.Engine.Tests.Support;

/// <summary>Needs cgroup v2 to control memory; skipped with the reason elsewhere.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class UnifiedMemoryFactAttribute : FactAttribute
{
    public UnifiedMemoryFactAttribute()
    {
        if (((CgroupLayout.Detect().Unified?.Controllers ?? CgroupControllers.None) & CgroupControllers.Memory) == 0)
        {
            Skip = "needs memory on cgroup2";
        }
    }
}
