using ShimService.Engine.Tests.Support;
using ShimService.Linux.Cgroups;
using ShimService.Oci.Model;
using ShimService.Tasks.Errors;

namespace ShimService.Engine.Tests.Resources;

/// <summary>Limits of a spec, from config.json to the kernel's files of a running container.</summary>
[Collection(EngineCollection.Name)]
public sealed class ContainerResourcesTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly CgroupLayout Layout = CgroupLayout.Detect();

    [Theory]
    [Trait("Spec", "linux.resources.memory.limit")]
    [InlineData(1024)]
    [InlineData(512)]
    public async Task Run_WhenMemoryIsAMegabyteOrLess_ThenItRuns(int kilobytes)
    {
        using var container = new RealContainer(
            With(new LinuxResources { Memory = new LinuxMemory { Limit = kilobytes << 10, Swap = kilobytes << 10 } }),
            "sh", "-c", "echo it runs");
        var (status, output) = await container.RunAsync().WaitAsync(Limit);

        Assert.Equal((0, "it runs\n"), (status, output));
    }

    [Fact]
    [Trait("Spec", "linux.resources.unified")]
    public async Task Run_WhenFilesAreGivenAsTheyAre_ThenTheKernelHasThem()
    {
        var unified = Layout.Unified;
        if (unified is null)
        {
            await AssertRefusedAsync(Files(("cgroup.max.depth", "3")), "unified[cgroup.max.depth]");
            return;
        }

        var memory = (unified.Controllers & CgroupControllers.Memory) != 0;
        var resources = memory
            ? Files(("cgroup.max.depth", "3"), ("memory.high", "64M"), ("pids.max", "77"))
            : Files(("cgroup.max.depth", "3"));
        using var container = new RealContainer(With(resources with { Pids = new LinuxPids(5) }), "sleep", "100");
        await container.StartAsync();
        var directory = $"{unified.MountPoint}/shimservice/{container.Id}";
        try
        {
            Assert.Equal("3\n", await File.ReadAllTextAsync($"{directory}/cgroup.max.depth"));
            if (memory)
            {
                Assert.Equal("67108864\n", await File.ReadAllTextAsync($"{directory}/memory.high"));
                Assert.Equal("77\n", await File.ReadAllTextAsync($"{directory}/pids.max"));
            }

            await container.Container.UpdateAsync(
                """{"unified":{"cgroup.max.depth":"max"}}"""u8.ToArray(), CancellationToken.None);
            Assert.Equal("max\n", await File.ReadAllTextAsync($"{directory}/cgroup.max.depth"));
        }
        finally
        {
            await container.EndAsync();
        }

        if (!memory)
        {
            await AssertRefusedAsync(Files(("memory.high", "64M")), "unified[memory.high]");
        }

        await AssertRefusedAsync(Files(("cgroup.nosuch", "1")), "unified[cgroup.nosuch]");
    }

    [Fact]
    [Trait("Spec", "linux.resources.unified")]
    [Trait("Spec", "linux.resources.hugepageLimits")]
    public async Task Update_WhenTheFilesControllerIsNotOnYet_ThenItIsTurnedOn()
    {
        if (Layout.Unified is not { } unified || (unified.Controllers & CgroupControllers.HugePages) == 0)
        {
            await AssertRefusedAsync(Files(("hugetlb.2MB.max", "0")), "unified[hugetlb.2MB.max]");
            return;
        }

        using var container = new RealContainer(null, "sleep", "100");
        await container.StartAsync();
        try
        {
            await container.Container.UpdateAsync(
                """{"unified":{"hugetlb.2MB.max":"4194304"}}"""u8.ToArray(), CancellationToken.None);

            Assert.Equal("4194304\n",
                await File.ReadAllTextAsync($"{unified.MountPoint}/shimservice/{container.Id}/hugetlb.2MB.max"));
        }
        finally
        {
            await container.EndAsync();
        }
    }

    [Fact]
    [Trait("Spec", "linux.resources.network.classID")]
    public async Task Run_WhenTrafficHasAClass_ThenItIsThereOrRefused()
    {
        LinuxResources resources = new() { Network = new LinuxNetworkResources { ClassId = 0x10002 } };
        if (Layout.Find(CgroupControllers.NetworkClass) is not { } hierarchy)
        {
            await AssertRefusedAsync(resources, "network.classID");
            return;
        }

        using var container = new RealContainer(With(resources), "sleep", "100");
        await container.StartAsync();
        var value = await File.ReadAllTextAsync($"{hierarchy.MountPoint}/shimservice/{container.Id}/net_cls.classid");
        await container.EndAsync();

        Assert.Equal("65538\n", value);
    }

    [Fact]
    [Trait("Spec", "linux.resources.network.priorities")]
    public async Task Run_WhenTrafficHasAPriority_ThenItIsThereOrRefused()
    {
        LinuxResources resources = new()
        {
            Network = new LinuxNetworkResources { Priorities = [new LinuxInterfacePriority("lo", 5)] },
        };
        if (Layout.Find(CgroupControllers.NetworkPriority) is not { } hierarchy)
        {
            await AssertRefusedAsync(resources, "network.priorities");
            return;
        }

        using var container = new RealContainer(With(resources), "sleep", "100");
        await container.StartAsync();
        var value =
            await File.ReadAllTextAsync($"{hierarchy.MountPoint}/shimservice/{container.Id}/net_prio.ifpriomap");
        await container.EndAsync();

        Assert.Contains("lo 5\n", value, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Spec", "linux.resources.rdma.hcaHandles")]
    [Trait("Spec", "linux.resources.rdma.hcaObjects")]
    public async Task Create_WhenThereIsNoSuchRdmaDevice_ThenRefusedByName() =>
        await AssertRefusedAsync(new LinuxResources { Rdma = [new LinuxRdma("nosuch0", 1, 1)] }, "rdma[nosuch0]");

    [Theory]
    [Trait("Spec", "linux.resources.cpu.idle")]
    [Trait("Spec", "linux.resources.cpu.burst")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Run_WhenCpuIsIdleOrBursts_ThenTheKernelHasIt(bool idle)
    {
        var cpu = idle
            ? new LinuxCpu { Idle = 1, Shares = 512 }
            : new LinuxCpu { Quota = 50000, Period = 100000, Burst = 20000 };
        using var container = new RealContainer(With(new LinuxResources { Cpu = cpu }), "sleep", "100");
        await container.StartAsync();
        var hierarchy = Layout.Find(CgroupControllers.Cpu)!;
        var directory = $"{hierarchy.MountPoint}/shimservice/{container.Id}";
        var burst = hierarchy.Version == CgroupVersion.V2 ? "cpu.max.burst" : "cpu.cfs_burst_us";
        var value = await File.ReadAllTextAsync($"{directory}/{(idle ? "cpu.idle" : burst)}");
        await container.EndAsync();

        Assert.Equal(idle ? "1\n" : "20000\n", value);
    }

    [Fact]
    [Trait("Spec", "linux.resources.cpu.realtimeRuntime")]
    [Trait("Spec", "linux.resources.cpu.realtimePeriod")]
    public async Task Create_WhenRealTimeIsNotToBeHad_ThenRefusedWithTheReason()
    {
        LinuxResources resources = new() { Cpu = new LinuxCpu { RealtimeRuntime = 5000, RealtimePeriod = 100000 } };
        using var container = new RealContainer(With(resources), "true");
        var refused = await Assert.ThrowsAsync<TaskException>(() => container.CreateAsync().WaitAsync(Limit));

        // v1: the cgroup above has no share to give of; v2 has no such notion; or the kernel was built without it, and
        // refuses the first of the two that is written.
        Assert.StartsWith("linux.resources.cpu.realtime", refused.Field, StringComparison.Ordinal);
        Assert.Matches("no real-time share|lacks this controller or this file", refused.Message);
        Assert.Empty(Host.Cgroups(container.Id));
    }

    [Fact]
    [Trait("Spec", "linux.resources.blockIO.leafWeight")]
    public async Task Create_WhenLeafWeightsAreGone_ThenRefusedWithTheReason()
    {
        using var container = new RealContainer(
            With(new LinuxResources { BlockIo = new LinuxBlockIo { LeafWeight = 100 } }), "true");
        var refused = await Assert.ThrowsAsync<TaskException>(() => container.CreateAsync().WaitAsync(Limit));

        Assert.Equal("linux.resources.blockIO.leafWeight", refused.Field);
        Assert.Matches("CFQ|cgroup v2 has no leaf weights", refused.Message);
        Assert.Empty(Host.Cgroups(container.Id));
    }

    private static LinuxResources Files(params (string File, string Value)[] files) =>
        new() { Unified = files.ToDictionary(file => file.File, file => file.Value) };

    private static Func<Spec, Spec> With(LinuxResources resources) => spec => spec with
    {
        Linux = spec.Linux with { Resources = resources with { Devices = spec.Linux.Resources?.Devices ?? [] } },
    };

    private static async Task AssertRefusedAsync(LinuxResources resources, string field)
    {
        using var container = new RealContainer(With(resources), "true");
        var refused = await Assert.ThrowsAsync<TaskException>(() => container.CreateAsync().WaitAsync(Limit));

        Assert.Equal($"linux.resources.{field}", refused.Field);
        Assert.Empty(Host.Cgroups(container.Id));
    }
}
