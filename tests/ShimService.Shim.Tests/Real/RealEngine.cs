using ShimService.Engine.Compile;
using ShimService.Engine.Containers;
using ShimService.Engine.Stdio;

namespace ShimService.Shim.Tests.Real;

/// <summary>The kernel's engine, one for all tests of a class.</summary>
public sealed class RealEngine : IDisposable
{
    internal LinuxEngine Engine { get; } = LinuxEngine.Open(
        new PlanCompiler(), new StdioOptions(), new EngineOptions());

    public void Dispose()
    {
        Engine.Dispose();
        Assert.False(Directory.Exists("/sys/fs/cgroup/memory/shimtest"), "the containers' parent cgroup is left");
    }
}
