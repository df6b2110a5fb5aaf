using ShimService.Engine.Tests.Specs;
using ShimService.Engine.Tests.Support;
using ShimService.Oci.Model;
using ShimService.Tasks.Errors;

namespace ShimService.Engine.Tests.Conformance;

/// <summary>Limits of memory that today's kernels have only in part: carried out in effect, or refused by name.</summary>
[Collection(EngineCollection.Name)]
public sealed class MemoryRuleTests
{
    private const long Whole = 64 << 20;

    [Fact]
    [Trait("Spec", "linux.resources.memory.kernel")]
    public async Task Create_WhenKernelMemoryIsToBeLimitedApart_ThenRefusedWithTheField() => await AssertRefusedAsync(
        new LinuxMemory { Limit = Whole, Kernel = Whole / 2 }, "linux.resources.memory.kernel");

    [Fact]
    [Trait("Spec", "linux.resources.memory.useHierarchy")]
    public async Task Create_WhenWhatIsBelowIsNotToCount_ThenRefusedWithTheField() => await AssertRefusedAsync(
        new LinuxMemory { Limit = Whole, UseHierarchy = false }, "linux.resources.memory.useHierarchy");

    [Fact]
    [Trait("Spec", "linux.resources.memory.kernel"), Trait("Spec", "linux.resources.memory.useHierarchy")]
    public async Task Run_WhenTheLimitOfAllSeesToIt_ThenTheKernelHasThatLimit()
    {
        using var container = new RealContainer(
            spec => With(spec, new LinuxMemory { Limit = Whole, Kernel = Whole, UseHierarchy = true }), "sleep", "100");
        await container.StartAsync();
        var limits = Limits(container.Id);
        await container.EndAsync();

        Assert.Equal($"{Whole}", Assert.Single(limits));
    }

    [Fact]
    [Trait("Spec", "linux.resources.memory.checkBeforeUpdate")]
    public async Task Update_WhenMoreIsInUse_ThenRefusedAndTheLimitStays()
    {
        using var container = new RealContainer(
            spec => With(spec, new LinuxMemory { Limit = Whole }),
            "sh", "-c", "seq 1 2000000 > /dev/shm/much; echo full; sleep 100");
        await container.StartAsync();
        await RealContainer.UntilAsync(() => File.ReadAllText(container.Log).Length > 0);
        var refused = await Record.ExceptionAsync(() => container.Container.UpdateAsync(
            """{"memory":{"limit":4194304,"checkBeforeUpdate":true}}"""u8.ToArray(), CancellationToken.None));
        var limits = Limits(container.Id);
        await container.EndAsync();

        // The kernel of version 1 checks by itself, after it has swapped out what it can.
        if (refused is null && File.ReadAllLines("/proc/swaps").Length > 1)
        {
            return;
        }

        Assert.Equal("linux.resources.memory.limit", Assert.IsType<TaskException>(refused).Field);
        Assert.Equal($"{Whole}", Assert.Single(limits));
    }

    private static async Task AssertRefusedAsync(LinuxMemory memory, string field)
    {
        using var scene = new SpecScene();
        var refused = await scene.RefusedAsync(spec => With(spec, memory));

        Assert.Equal((ErrorReason.HostLacks, field), (refused.Reason, refused.Field));
    }

    private static Spec With(Spec spec, LinuxMemory memory) => spec.WithLinux(linux => linux with
    {
        Resources = (linux.Resources ?? new LinuxResources()) with { Memory = memory },
    });

    private static List<string> Limits(string id) =>
        [.. Host.Cgroups(id).SelectMany(directory => (string[])
            [Path.Join(directory, "memory.max"), Path.Join(directory, "memory.limit_in_bytes")]).Where(File.Exists)
            .Select(file => File.ReadAllText(file).Trim())];
}
