namespace ShimService.Linux.Launch;

/// <summary>What the death of the launching thread means for a child.</summary>
internal enum ParentDeath
{
    Survive,
    Die,
}
