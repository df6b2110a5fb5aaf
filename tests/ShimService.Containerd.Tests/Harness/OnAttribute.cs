using System.Reflection;
using Xunit.Sdk;

namespace ShimService.Containerd.Tests.Harness;

/// <summary>One run of a theory with the containerd of that release; left out, with the reason, without it.</summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class OnAttribute : DataAttribute
{
    private readonly Release _release;

    public OnAttribute(Release release)
    {
        _release = release;
        Skip = Debian.Missing(release, "containerd", "containerd");
    }

    public override IEnumerable<object[]> GetData(MethodInfo testMethod) => [[_release]];
}
