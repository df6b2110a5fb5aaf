namespace ShimService.Linux.Launch;

/// <summary>What the death of the launching thread means for a child.</summary>
public enum ParentDeath
{
    Survive,

    /// <summary>By SIGKILL, from the kernel.</summary>
    Die,
}
