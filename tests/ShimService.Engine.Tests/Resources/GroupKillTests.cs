using ShimService.Engine.Tests.Support;
using ShimService.Oci.Model;
using ShimService.Tasks.Errors;

namespace ShimService.Engine.Tests.Resources;

/// <summary>memory.oom.group: the kernel ends the container as a whole, whatever is being launched into it.</summary>
[Collection(EngineCollection.Name)]
public sealed class GroupKillTests
{
    private const int Megabytes = 64 << 20;
    private const int Killed = 128 + 9;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [UnifiedMemoryFact]
    [Trait("Spec", "linux.resources.unified")]
    public async Task Exec_WhenTheGroupIsKilledInTheMiddleOfAStorm_ThenAllEndAndTheNextContainerRuns()
    {
        using var container = new RealContainer(WithGroupKill, "sleep", "1000");
        await container.StartAsync();
        var hog = EndOfAsync(container, "/bin/busybox", "tail", "/dev/zero");
        var storm = Enumerable.Range(0, 20).Select(_ => EndOfAsync(container, "sleep", "1000")).ToArray();

        var init = await container.Container.Init.Exited.WaitAsync(Limit);
        var ends = await Task.WhenAll([hog, .. storm]).WaitAsync(Limit);

        Assert.Equal(Killed, init.Status);
        Assert.All(ends, static end => Assert.True(end is Killed or null, $"an exec ended with {end}"));
        Assert.True(container.Observer.Kills > 0, "nobody was told of the kill");
        await container.EndAsync();
        Assert.Empty(Host.Cgroups(container.Id));
        using var next = new RealContainer(null, "true");
        Assert.Equal(0, (await next.RunAsync().WaitAsync(Limit)).Status);
    }

    [UnifiedMemoryFact]
    [Trait("Spec", "linux.resources.memory.limit")]
    public async Task Exec_WhenOneTakesTooMuch_ThenItAloneIsKilled()
    {
        using var container = new RealContainer(
            spec => spec with { Linux = spec.Linux with { Resources = Limited } }, "sleep", "1000");
        await container.StartAsync();

        Assert.Equal(Killed, await EndOfAsync(container, "/bin/busybox", "tail", "/dev/zero"));

        Assert.False(container.Container.Init.Exited.IsCompleted);
        Assert.Equal(0, (await container.ExecAsync(static _ => { }, "true")).Status);
        await container.EndAsync();
    }

    private static LinuxResources Limited => new()
    {
        Memory = new LinuxMemory { Limit = Megabytes, Swap = Megabytes },
    };

    private static Spec WithGroupKill(Spec spec) => spec with
    {
        Linux = spec.Linux with
        {
            Resources = Limited with
            {
                Unified = new Dictionary<string, string> { ["memory.oom.group"] = "1" },
            },
        },
    };

    // null: the container's end came before its program ran.
    private static async Task<int?> EndOfAsync(RealContainer container, params string[] args)
    {
        try
        {
            return (await container.ExecAsync(static _ => { }, args)).Status;
        }
        catch (TaskException)
        {
            return null;
        }
    }
}
