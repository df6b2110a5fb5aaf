namespace ShimService.Linux.Tests.Seccomp;

/// <summary>Needs gcc; skipped with the reason where it is not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class CompilerFactAttribute : FactAttribute
{
    public CompilerFactAttribute()
    {
        if (!File.Exists("/usr/bin/gcc"))
        {
            Skip = "needs gcc to build the program that loads the filter: apt-get install gcc libc6-dev";
        }
    }
}
