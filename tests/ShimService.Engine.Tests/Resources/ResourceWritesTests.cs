using ShimService.Engine.Resources;
using ShimService.Linux.Cgroups;
using ShimService.Oci.Model;
using ShimService.Tasks.Errors;

namespace ShimService.Engine.Tests.Resources;

public sealed class ResourceWritesTests
{
    private const long Mega = 1 << 20;

    [Fact]
    public void Make_WhenNothingIsGiven_ThenNothingIsWritten()
    {
        Assert.Equal("", V1(new LinuxResources()));
        Assert.Equal("", V2(new LinuxResources { Cpu = new LinuxCpu(), Memory = new LinuxMemory() }));
    }

    [Theory]
    [InlineData(100, "pids.max = 100")]
    [InlineData(-1, "pids.max = max")]
    [InlineData(0, "pids.max = 1")]
    public void Make_WhenPidsAreLimited_ThenTheSameOnBothVersions(long limit, string expected)
    {
        LinuxResources resources = new() { Pids = new LinuxPids(limit) };
        Assert.Equal((expected, expected), (V1(resources), V2(resources)));
    }

    [Fact]
    public void Make_WhenHugePagesAreLimited_ThenUseAndReservation()
    {
        LinuxResources resources = new()
        {
            HugepageLimits = [new LinuxHugepageLimit("2MB", 4 << 20), new LinuxHugepageLimit("1GB", 0)],
        };

        Assert.Equal(CgroupControllers.HugePages, ResourceWrites.Needed(resources));
        Assert.Equal("hugetlb.2MB.max = 4194304; hugetlb.2MB.rsvd.max = 4194304; " +
            "hugetlb.1GB.max = 0; hugetlb.1GB.rsvd.max = 0", V2(resources));
        CgroupLayout v1 =
            CgroupLayout.Parse("33 30 0:29 / /cg/hugetlb rw - cgroup cgroup rw,hugetlb\n", static _ => "");
        Assert.Equal(
            ["hugetlb.2MB.limit_in_bytes = 4194304", "hugetlb.2MB.rsvd.limit_in_bytes = 4194304",
             "hugetlb.1GB.limit_in_bytes = 0", "hugetlb.1GB.rsvd.limit_in_bytes = 0"],
            ResourceWrites.Make(resources, v1, null).Select(write => write.ToString()));
    }

    [Fact]
    public void Make_WhenTheHostCannotCountHugePages_ThenOnlyALimitOfNothingIsPassedOver()
    {
        Assert.Equal("", V1(new LinuxResources { HugepageLimits = [new LinuxHugepageLimit("2MB", 0)] }));
        TaskException refused = Assert.Throws<TaskException>(
            () => V1(new LinuxResources { HugepageLimits = [new LinuxHugepageLimit("2MB", 1)] }));
        Assert.Equal("linux.resources.hugepageLimits", refused.Field);
    }

    [Fact]
    public void Make_WhenMemoryAndSwapAreLimited_ThenV1CountsBothAndV2SwapAlone()
    {
        LinuxResources resources = Memory(new LinuxMemory
        {
            Limit = 64 * Mega,
            Swap = 96 * Mega,
            Reservation = 32 * Mega,
        });

        Assert.Equal("memory.limit_in_bytes = 67108864; memory.memsw.limit_in_bytes = 100663296; " +
            "memory.soft_limit_in_bytes = 33554432", V1(resources));
        Assert.Equal("memory.swap.max = 33554432; memory.max = 67108864; memory.low = 33554432", V2(resources));
    }

    [Theory]
    [InlineData(64, 64, "memory.swap.max = 0; memory.max = 67108864")]
    [InlineData(64, -1, "memory.swap.max = max; memory.max = 67108864")]
    [InlineData(-1, 0, "memory.swap.max = max; memory.max = max")]
    [InlineData(-1, 64, "memory.swap.max = 67108864; memory.max = max")]
    [InlineData(64, 0, "memory.max = 67108864")]
    public void Make_WhenSwapIsSpecial_ThenConvertedForV2(long limit, long swap, string expected) =>
        Assert.Equal(expected, V2(Memory(new LinuxMemory { Limit = Megas(limit), Swap = Megas(swap) })));

    [Fact]
    public void Make_WhenSwapIsLimitedAlone_ThenRefusedWithTheField()
    {
        LinuxResources resources = Memory(new LinuxMemory { Swap = 64 * Mega });
        Assert.Equal("linux.resources.memory.swap", Assert.Throws<TaskException>(() => V1(resources)).Field);
        Assert.Equal("linux.resources.memory.swap", Assert.Throws<TaskException>(() => V2(resources)).Field);
    }

    [Theory]
    [InlineData(128, 64, "memory.limit_in_bytes; memory.memsw.limit_in_bytes")]
    [InlineData(32, 64, "memory.memsw.limit_in_bytes; memory.limit_in_bytes")]
    public void Make_WhenUpdated_ThenBothIsNeverBelowMemory(long bothNow, long limit, string files)
    {
        List<CgroupWrite> writes = ResourceWrites.Make(
            Memory(new LinuxMemory { Limit = limit * Mega, Swap = limit * 2 * Mega }), Layouts.V1,
            new LimitsInForce(bothNow / 2 * Mega, bothNow * Mega, null, null));
        Assert.Equal(files, string.Join("; ", writes.Select(write => write.File)));
    }

    [Fact]
    public void Make_WhenMemoryIsFreedOfItsLimit_ThenSwapIsToo() =>
        Assert.Equal("memory.memsw.limit_in_bytes = -1; memory.limit_in_bytes = -1",
            V1(Memory(new LinuxMemory { Limit = -1 }), new LimitsInForce(Mega, 2 * Mega, null, null)));

    [Fact]
    public void Make_WhenUsageIsAboveTheNewLimitAndToBeChecked_ThenRefused()
    {
        LinuxResources resources = Memory(new LinuxMemory { Limit = Mega, CheckBeforeUpdate = true });
        TaskException refused = Assert.Throws<TaskException>(
            () => V2(resources, new LimitsInForce(4 * Mega, null, 2 * Mega, null)));
        Assert.Contains("2097152", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Make_WhenOnlyV1HasANotion_ThenV2RefusesItByName()
    {
        LinuxMemory[] all = [new() { Swappiness = 10 }, new() { DisableOomKiller = true }, new() { KernelTcp = 1 }];
        foreach (LinuxMemory memory in all)
        {
            Assert.NotEqual("", V1(Memory(memory)));
            Assert.Equal(ErrorReason.HostLacks, Assert.Throws<TaskException>(() => V2(Memory(memory))).Reason);
        }
    }

    [Fact]
    public void Make_WhenCpuIsLimited_ThenConverted()
    {
        LinuxResources resources = Cpu(new LinuxCpu
        {
            Shares = 1024,
            Quota = 50000,
            Period = 200000,
            Burst = 1000,
            Cpus = "0-1",
            Mems = "0",
        });

        Assert.Equal("cpu.shares = 1024; cpu.cfs_burst_us = 1000; cpu.cfs_period_us = 200000; cpu.cfs_quota_us = 50000; " +
            "cpuset.cpus = 0-1; cpuset.mems = 0", V1(resources));
        Assert.Equal("cpu.weight = 100; cpu.max.burst = 1000; cpu.max = 50000 200000; cpuset.cpus = 0-1; cpuset.mems = 0",
            V2(resources));
    }

    [Theory]
    [InlineData(50000, null, null, "cpu.max = 50000 100000")]
    [InlineData(-1, null, null, "cpu.max = max 100000")]
    [InlineData(null, 50000, null, "cpu.max = max 50000")]
    [InlineData(null, 50000, "20000 100000", "cpu.max = 20000 50000")]
    [InlineData(30000, null, "20000 80000", "cpu.max = 30000 80000")]
    [InlineData(0, null, null, "")]
    public void Make_WhenHalfTheBandwidthIsGiven_ThenTheOtherHalfStays(
        int? quota, int? period, string? now, string expected) =>
        Assert.Equal(expected, V2(Cpu(new LinuxCpu { Quota = quota, Period = (ulong?)period }),
            new LimitsInForce(null, null, null, now)));

    [Fact]
    public void Make_WhenIdle_ThenWithoutAWeight()
    {
        LinuxResources resources = Cpu(new LinuxCpu { Idle = 1, Shares = 512 });
        Assert.Equal("cpu.idle = 1", V1(resources));
        Assert.Equal("cpu.idle = 1", V2(resources));
    }

    [Fact]
    public void Make_WhenBlockDevicesAreLimited_ThenConverted()
    {
        LinuxResources resources = new()
        {
            BlockIo = new LinuxBlockIo
            {
                Weight = 500,
                ThrottleReadBps = [new LinuxThrottleDevice(8, 0, 1024)],
                ThrottleWriteIops = [new LinuxThrottleDevice(8, 0, 0)],
            },
        };

        Assert.Equal("blkio.bfq.weight = 500; blkio.throttle.read_bps_device = 8:0 1024; " +
            "blkio.throttle.write_iops_device = 8:0 0", V1(resources));
        Assert.Equal("io.bfq.weight = 500; io.max = 8:0 rbps=1024; io.max = 8:0 wiops=max", V2(resources));
        Assert.Equal(("io.weight", "4950"), ResourceWrites.Make(resources, Layouts.V2, null)[0].Otherwise);
    }

    [Fact]
    public void Make_WhenTheHostHasNoSuchController_ThenRefusedWithTheField()
    {
        CgroupLayout layout = CgroupLayout.Parse("33 30 0:29 / /cg rw - cgroup cgroup rw,memory\n", static _ => "");
        TaskException refused = Assert.Throws<TaskException>(
            () => ResourceWrites.Make(new LinuxResources { Pids = new LinuxPids(5) }, layout, null));
        Assert.Equal((ErrorReason.HostLacks, "linux.resources.pids.limit"), (refused.Reason, refused.Field));
    }

    private static long? Megas(long value) => value <= 0 ? value : value * Mega;

    private static LinuxResources Memory(LinuxMemory memory) => new() { Memory = memory };

    private static LinuxResources Cpu(LinuxCpu cpu) => new() { Cpu = cpu };

    private static string V1(LinuxResources resources, LimitsInForce? now = null) =>
        string.Join("; ", ResourceWrites.Make(resources, Layouts.V1, now));

    private static string V2(LinuxResources resources, LimitsInForce? now = null) =>
        string.Join("; ", ResourceWrites.Make(resources, Layouts.V2, now));
}
