using ShimService.Engine.Tests.Support;
using ShimService.Oci.Model;
using ShimService.Tasks.Errors;

namespace ShimService.Engine.Tests.Process;

/// <summary>linux.memoryPolicy, as /proc/self/numa_maps shows it to the process.</summary>
[Collection(EngineCollection.Name)]
[Trait("Spec", "linux.memoryPolicy")]
public sealed class MemoryPolicyTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData(MemoryPolicyMode.Bind, "0", MemoryPolicyFlags.StaticNodes, "bind=static:0")]
    [InlineData(MemoryPolicyMode.Preferred, "0", MemoryPolicyFlags.RelativeNodes, "prefer=relative:0")]
    [InlineData(MemoryPolicyMode.Interleave, "0-0", MemoryPolicyFlags.None, "interleave:0")]
    [InlineData(MemoryPolicyMode.PreferredMany, "0", MemoryPolicyFlags.None, "prefer (many):0")]
    [InlineData(MemoryPolicyMode.WeightedInterleave, "0", MemoryPolicyFlags.None, "weighted interleave:0")]
    [InlineData(MemoryPolicyMode.Local, "", MemoryPolicyFlags.None, "local")]
    [InlineData(MemoryPolicyMode.Default, "", MemoryPolicyFlags.None, "default")]
    public async Task Run_WhenAPolicyIsGiven_ThenInitAndExecHaveIt(
        MemoryPolicyMode mode, string nodes, MemoryPolicyFlags flags, string shown)
    {
        using var container = new RealContainer(
            spec => spec with { Linux = spec.Linux with { MemoryPolicy = new LinuxMemoryPolicy(mode, nodes, flags) } },
            "sh", "-c", "cat /proc/self/numa_maps; sleep 100");
        try
        {
            await container.StartAsync();
        }
        catch (TaskException refused) when (refused.Errno == "EINVAL" && mode == MemoryPolicyMode.WeightedInterleave)
        {
            // Linux < 6.9.
            Assert.Contains("MPOL_WEIGHTED_INTERLEAVE", refused.Message, StringComparison.Ordinal);
            return;
        }

        var (_, exec) = await container.ExecAsync(_ => { }, "cat", "/proc/self/numa_maps");
        await RealContainer.UntilAsync(
            () => File.ReadAllText(container.Log).Contains("stack", StringComparison.Ordinal));
        var init = await File.ReadAllTextAsync(container.Log);
        await container.EndAsync();

        Assert.Contains($" {shown} ", init, StringComparison.Ordinal);
        Assert.Contains($" {shown} ", exec, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(MemoryPolicyMode.Bind, "")]
    [InlineData(MemoryPolicyMode.Default, "0")]
    [InlineData(MemoryPolicyMode.Bind, "1000")]
    [InlineData(MemoryPolicyMode.Bind, "60000")]
    public async Task Create_WhenTheKernelDoesNotTakeThem_ThenModeAndNodesAreNamed(MemoryPolicyMode mode, string nodes)
    {
        using var container = new RealContainer(
            spec => spec with
            {
                Linux = spec.Linux with { MemoryPolicy = new LinuxMemoryPolicy(mode, nodes, MemoryPolicyFlags.None) },
            },
            "true");
        var refused = await Assert.ThrowsAsync<TaskException>(() => container.CreateAsync().WaitAsync(Limit));

        Assert.Equal("EINVAL", refused.Errno);
        Assert.Contains($"nodes \"{nodes}\"", refused.Message, StringComparison.Ordinal);
        Assert.Empty(Host.Cgroups(container.Id));
    }
}
