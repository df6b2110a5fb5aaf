namespace ShimService.Linux.Cgroups;

/// <summary>Which of the two cgroup interfaces a hierarchy speaks.</summary>
public enum CgroupVersion
{
    V1 = 1,
    V2 = 2,
}
