using ShimService.Engine.Resources;
using ShimService.Linux.Cgroups;
using ShimService.Oci.Model;
using ShimService.Tasks.Errors;

namespace ShimService.Engine.Tests.Resources;

/// <summary>rdma, network and unified as the files of each kind of host.</summary>
public sealed class ControllerFileTests
{
    private static readonly CgroupLayout Network = CgroupLayout.Parse(
        "33 30 0:29 / /cg/net rw - cgroup cgroup rw,net_cls,net_prio\n34 30 0:30 / /cg/rdma rw - cgroup cgroup rw,rdma\n",
        static _ => "");

    private static readonly CgroupLayout Hybrid = CgroupLayout.Parse(
        "33 30 0:29 / /cg/memory rw - cgroup cgroup rw,memory\n31 30 0:27 / /cg/unified rw - cgroup2 cgroup2 rw\n",
        static _ => "hugetlb");

    [Fact]
    [Trait("Spec", "linux.resources.network.classID")]
    [Trait("Spec", "linux.resources.network.priorities")]
    public void Make_WhenTrafficIsMarked_ThenInTheFilesOfV1AndRefusedOnV2()
    {
        LinuxResources resources = new()
        {
            Network = new LinuxNetworkResources
            {
                ClassId = 0x100001,
                Priorities = [new LinuxInterfacePriority("eth0", 5), new LinuxInterfacePriority("lo", 0)],
            },
        };

        Assert.Equal("net_cls.classid = 1048577; net_prio.ifpriomap = eth0 5; net_prio.ifpriomap = lo 0",
            Text(resources, Network));
        Assert.Equal(
            CgroupControllers.NetworkClass | CgroupControllers.NetworkPriority, ResourceWrites.Needed(resources));
        AssertHostLacks("network.classID", resources, Layouts.V2);
        AssertHostLacks("network.classID", resources, Layouts.V1);
        AssertHostLacks(
            "network.priorities", resources with { Network = resources.Network with { ClassId = 0 } }, Layouts.V2);
    }

    [Fact]
    [Trait("Spec", "linux.resources.rdma.hcaHandles")]
    [Trait("Spec", "linux.resources.rdma.hcaObjects")]
    public void Make_WhenRdmaIsLimited_ThenTheSameOnBothVersions()
    {
        LinuxResources resources = new()
        {
            Rdma = [new LinuxRdma("mlx5_1", 3, 10000), new LinuxRdma("mlx4_0", null, 1000), new LinuxRdma("rxe3", 0, null)],
        };
        const string expected =
            "rdma.max = mlx5_1 hca_handle=3 hca_object=10000; rdma.max = mlx4_0 hca_object=1000; rdma.max = rxe3 hca_handle=0";

        Assert.Equal((expected, expected), (Text(resources, Network), Text(resources, Layouts.V2)));
        Assert.Equal(CgroupControllers.Rdma, ResourceWrites.Needed(resources));
        AssertHostLacks("rdma[mlx5_1]", resources, Hybrid);
    }

    [Fact]
    [Trait("Spec", "linux.resources.unified")]
    public void Make_WhenFilesAreGivenAsTheyAre_ThenLastAndLineByLine()
    {
        LinuxResources resources = new()
        {
            Unified = new Dictionary<string, string>
            {
                ["memory.high"] = "1048576", ["io.max"] = "8:0 rbps=1\n8:16 wbps=2\n", ["cgroup.max.depth"] = "3",
                ["misc.max"] = "sev 1",
            },
            Pids = new LinuxPids(7),
        };

        Assert.Equal("pids.max = 7; memory.high = 1048576; io.max = 8:0 rbps=1; io.max = 8:16 wbps=2; cgroup.max.depth = 3; "
            + "misc.max = sev 1", Text(resources, Layouts.V2));
        Assert.Equal(CgroupControllers.Memory | CgroupControllers.BlockIo | CgroupControllers.Misc,
            ResourceWrites.Needed(resources));
    }

    [Theory]
    [Trait("Spec", "linux.resources.unified")]
    [InlineData("memory.high", "has the Memory controller on cgroup v1")]
    [InlineData("rdma.max", "no Rdma controller")]
    public void Make_WhenV2HasNotTheController_ThenRefusedWithTheReason(string file, string reason)
    {
        LinuxResources resources = new() { Unified = new Dictionary<string, string> { [file] = "1" } };

        TaskException refused = AssertHostLacks($"unified[{file}]", resources, Hybrid);

        Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
        Assert.Contains("no cgroup v2",
            AssertHostLacks($"unified[{file}]", resources, Layouts.V1).Message, StringComparison.Ordinal);
    }

    [Theory]
    [Trait("Spec", "linux.resources.memory.kernel")]
    [InlineData(64, 64, true)]
    [InlineData(65, 64, true)]
    [InlineData(-1, 64, true)]
    [InlineData(63, 64, false)]
    [InlineData(63, null, false)]
    [InlineData(63, -1, false)]
    public void Make_WhenKernelMemoryIsLimited_ThenOnlyWhatTheLimitOfMemorySeesToIsGranted(
        int kernel, int? limit, bool granted)
    {
        LinuxResources resources = new() { Memory = new LinuxMemory { Kernel = kernel, Limit = limit } };
        foreach (CgroupLayout layout in (CgroupLayout[])[Layouts.V1, Layouts.V2])
        {
            if (granted)
            {
                Assert.DoesNotContain("kmem", Text(resources, layout), StringComparison.Ordinal);
            }
            else
            {
                AssertHostLacks("memory.kernel", resources, layout);
            }
        }
    }

    [Fact]
    [Trait("Spec", "linux.resources.memory.useHierarchy")]
    public void Make_WhenHierarchyIsNotToCount_ThenRefused()
    {
        LinuxResources on = new() { Memory = new LinuxMemory { UseHierarchy = true } };
        LinuxResources off = new() { Memory = new LinuxMemory { UseHierarchy = false } };

        Assert.Equal(("", ""), (Text(on, Layouts.V1), Text(on, Layouts.V2)));
        AssertHostLacks("memory.useHierarchy", off, Layouts.V1);
        AssertHostLacks("memory.useHierarchy", off, Layouts.V2);
    }

    [Theory]
    [Trait("Spec", "linux.resources.memory.checkBeforeUpdate")]
    [InlineData(100, null, null)]
    [InlineData(99, null, "memory.limit")]
    [InlineData(98, null, "memory.limit")]
    [InlineData(100, 100, null)]
    [InlineData(null, 99, "memory.swap")]
    public void Make_WhenUsageIsToBeChecked_ThenNothingBelowItIsTaken(int? limit, int? swap, string? refused)
    {
        LinuxResources resources = new()
        {
            Memory = new LinuxMemory { Limit = limit, Swap = swap, CheckBeforeUpdate = true },
        };
        LimitsInForce now = new(50, null, 99, null);
        if (refused is null)
        {
            Assert.NotEmpty(ResourceWrites.Make(resources, Layouts.V2, now));
            return;
        }

        Assert.Equal($"linux.resources.{refused}",
            Assert.Throws<TaskException>(() => ResourceWrites.Make(resources, Layouts.V2, now)).Field);
        Assert.NotEmpty(ResourceWrites.Make(
            resources with { Memory = resources.Memory with { CheckBeforeUpdate = false } }, Layouts.V2, now));
    }

    private static TaskException AssertHostLacks(string field, LinuxResources resources, CgroupLayout layout)
    {
        TaskException refused = Assert.Throws<TaskException>(() => ResourceWrites.Make(resources, layout, null));
        Assert.Equal((ErrorReason.HostLacks, $"linux.resources.{field}"), (refused.Reason, refused.Field));
        return refused;
    }

    private static string Text(LinuxResources resources, CgroupLayout layout) =>
        string.Join("; ", ResourceWrites.Make(resources, layout, null));
}
