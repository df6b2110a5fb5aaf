using ShimService.Engine.Compile;
using ShimService.Engine.Compile.Input;
using ShimService.Engine.Tests.Compile;
using ShimService.Engine.Tests.Support;
using ShimService.Linux.Launch;

namespace ShimService.Engine.Tests.Conformance;

/// <summary>
/// kernel/rcu_expedited is the host's: a launch neither needs nor sets it. Without it, whatever waits for a grace period
/// takes milliseconds: a write to cgroup.procs (cgroup_threadgroup_rwsem), an unmount that does not just detach.
/// </summary>
[Collection(EngineCollection.Name)]
public sealed class GracePeriodTests
{
    private const string Expedited = "/sys/kernel/rcu_expedited";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Compile_WhenPlain_ThenOnlyTheHostsMountsAreLetGoAndNothingWaits(bool unified)
    {
        var plan = ContainerCompiler.Compile(
            unified ? Samples.Plain with { Cgroup = new CgroupPlacement { Unified = true } } : Samples.Plain).Plan;

        Assert.Equal(["detach the host's mounts"],
            plan.Operations.Where(operation => operation.Call == SystemCall.Umount2).Select(operation => operation.Step));
        Assert.DoesNotContain("cgroup.procs", plan.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(plan.Operations, operation => operation.Call == SystemCall.Setns);
    }

    [Fact]
    public async Task Run_WhenTheHostHasNotAskedForHaste_ThenItIsLeftAsItIs()
    {
        var before = await File.ReadAllTextAsync(Expedited);
        using var container = new RealContainer(null, "true");
        await container.CreateAsync();
        var during = await File.ReadAllTextAsync(Expedited);
        await container.Container.StartAsync(CancellationToken.None);
        await container.Container.Init.Exited;
        await container.EndAsync();

        Assert.Equal((before, before), (during, await File.ReadAllTextAsync(Expedited)));
    }
}
