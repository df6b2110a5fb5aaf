using System.Text.Json.Nodes;
using ShimService.Engine.Compile;
using ShimService.Engine.Compile.Sections;
using ShimService.Engine.Tests.Compile;
using ShimService.Engine.Tests.Support;
using ShimService.Linux.Launch;

namespace ShimService.Engine.Tests.Conformance;

/// <summary>CPUs beyond the 1024 that a cpu_set_t holds.</summary>
[Collection(EngineCollection.Name)]
[Trait("Spec", "process.execCPUAffinity")]
public sealed class ManyCpusTests
{
    [Theory]
    [InlineData("1024", 1024, 136)]
    [InlineData("0-2,8191", 8191, 1024)]
    public void Parse_WhenACpuIsBeyondTheFirstThousand_ThenTheMaskReachesIt(string cpus, int last, int length)
    {
        var mask = NumberMask.Parse(cpus);

        Assert.Equal(length, mask.Length);
        Assert.Equal(1 << (last % 8), mask[last / 8]);
        Assert.Equal(cpus.StartsWith('0') ? 0b111 : 0, mask[0]);
    }

    [Fact]
    public void Compile_WhenTheShimIsConfined_ThenAllOfTheLargestMachinesCpusAreGivenBack()
    {
        var plan = ContainerCompiler.Compile(
            Samples.Plain with { Host = Samples.Host with { ShimIsConfined = true } }).Plan;
        var reset = plan.Operations.Select((operation, n) => (operation, n))
            .Single(one => one.operation.Call == SystemCall.SchedSetaffinity);

        Assert.Contains(", 1024, ", plan.Describe(reset.n), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Exec_WhenSomeCpusAreBeyondTheMachine_ThenTheOthersHold()
    {
        using var container = new RealContainer(null, "sleep", "100");
        await container.StartAsync();
        var (status, output) = await container.ExecAsync(
            process => process["execCPUAffinity"] = new JsonObject { ["final"] = "0,1024-1100,5000" },
            "grep", "Cpus_allowed_list", "/proc/self/status");
        await container.EndAsync();

        Assert.Equal((0, "Cpus_allowed_list:\t0\n"), (status, output));
    }
}
