namespace ShimService.Tasks.Stats;

/// <summary>Which of the kernel's two interfaces a container is measured by.</summary>
public enum CgroupGeneration
{
    /// <summary>A hierarchy per controller; hybrid hosts too, whose controllers are there.</summary>
    V1,
    V2,
}
