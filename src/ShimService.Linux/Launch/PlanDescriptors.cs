namespace ShimService.Linux.Launch;

/// <summary>Ordinals of descriptors whose number follows from how many a plan names.</summary>
internal static class PlanDescriptors
{
    /// <summary>The child's end of the launch's socket pair: the first number after the named descriptors.</summary>
    public const int Sync = -1;

    public const int BeforeSync = -2;

    public const int AfterSync = -3;
}
