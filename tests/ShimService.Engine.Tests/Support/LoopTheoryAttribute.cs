namespace ShimService.Engine.Tests.Support;

/// <summary>Mounts a file; skipped with the reason where the kernel has no loop devices.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class LoopTheoryAttribute : TheoryAttribute
{
    public LoopTheoryAttribute()
    {
        if (!File.Exists("/dev/loop-control"))
        {
            Skip = "needs loop devices";
        }
    }
}
