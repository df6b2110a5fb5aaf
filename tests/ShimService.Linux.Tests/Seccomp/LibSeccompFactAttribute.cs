namespace ShimService.Linux.Tests.Seccomp;

/// <summary>Needs libseccomp to compare with; skipped with the reason where it is not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class LibSeccompFactAttribute : FactAttribute
{
    public LibSeccompFactAttribute()
    {
        if (!LibSeccomp.IsThere)
        {
            Skip = "needs libseccomp.so.2 to compare with: apt-get install libseccomp2";
        }
    }
}
