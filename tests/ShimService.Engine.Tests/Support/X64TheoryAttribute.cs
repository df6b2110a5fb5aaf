using System.Runtime.InteropServices;

namespace ShimService.Engine.Tests.Support;

/// <summary>Runs machine code of x86_64; skipped with the reason on anything else.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class X64TheoryAttribute : TheoryAttribute
{
    public X64TheoryAttribute()
    {
        if (RuntimeInformation.ProcessArchitecture != Architecture.X64)
        {
            Skip = "needs an x86_64 machine";
        }
    }
}
