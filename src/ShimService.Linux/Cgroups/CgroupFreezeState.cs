namespace ShimService.Linux.Cgroups;

/// <summary>Whether a cgroup's processes run.</summary>
public enum CgroupFreezeState
{
    Thawed,

    /// <summary>Asked to freeze, but some process still runs.</summary>
    Freezing,

    Frozen,
}
