namespace ShimService.Linux.Cgroups;

/// <summary>How a host arranges its cgroups.</summary>
public enum CgroupMode
{
    /// <summary>No cgroup file system is mounted.</summary>
    None,

    /// <summary>Version 1 hierarchies only.</summary>
    Legacy,

    /// <summary>Version 1 hierarchies with the resource controllers, and a version 2 hierarchy beside them.</summary>
    Hybrid,

    /// <summary>Version 2 only.</summary>
    Unified,
}
