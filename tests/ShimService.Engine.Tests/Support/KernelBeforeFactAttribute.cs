namespace ShimService.Engine.Tests.Support;

/// <summary>
/// Shows what happens where the kernel is older than a feature; skipped with the reason on one that has it.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class KernelBeforeFactAttribute : FactAttribute
{
    public KernelBeforeFactAttribute(int major, int minor)
    {
        if (Environment.OSVersion.Version >= new Version(major, minor))
        {
            Skip = $"needs a kernel before Linux {major}.{minor}";
        }
    }
}
