namespace ShimService.Linux.Cgroups;

/// <summary>When a new process enters a cgroup of v2; those of v1 are always joined by writing.</summary>
public enum CgroupEntry
{
    /// <summary>It is cloned into it.</summary>
    AtBirth,

    /// <summary>It writes itself there, like to one of v1, and until then runs where its parent may.</summary>
    Later,
}
