namespace ShimService.Engine.Tests.Support;

/// <summary>Tells one CPU from all; skipped with the reason on a machine with one.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class TwoCpusFactAttribute : FactAttribute
{
    public TwoCpusFactAttribute()
    {
        if (Environment.ProcessorCount < 2)
        {
            Skip = "needs two CPUs";
        }
    }
}
