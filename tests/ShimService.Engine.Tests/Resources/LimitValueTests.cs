using System.Text;
using ShimService.Engine.Tests.Support;
using ShimService.Oci.Model;
using ShimService.Tasks.Errors;

namespace ShimService.Engine.Tests.Resources;

/// <summary>
/// linux.resources and updates of them, as a user writes them, and what the kernel's files of the container hold then.
/// Needs root.
/// </summary>
[Collection(EngineCollection.Name)]
public sealed class LimitValueTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Theory]
    [Trait("Spec", "linux.resources.pids.limit")]
    [InlineData("""{"pids":{"limit":50}}""", "pids.max=50", "pids.max=50")]
    [InlineData("""{"pids":{"limit":-1}}""", "pids.max=max", "pids.max=max")]
    [InlineData("""{"pids":{"limit":0}}""", "pids.max=1", "pids.max=1")]
    [InlineData(
        "{}",
        "pids.max=max cpu.shares=1024 cpu.cfs_quota_us=-1 cpu.idle=0",
        "pids.max=max cpu.weight=100 cpu.max=max_100000 cpu.idle=0")]
    [InlineData("""{"cpu":{}}""", "cpu.shares=1024 cpu.cfs_quota_us=-1", "cpu.weight=100 cpu.max=max_100000")]
    [InlineData("""{"cpu":{"shares":1024}}""", "cpu.shares=1024", "cpu.weight=100")]
    [InlineData("""{"cpu":{"shares":22000}}""", "cpu.shares=22000", "cpu.weight=1204")]
    [InlineData("""{"cpu":{"shares":0}}""", "cpu.shares=1024", "cpu.weight=100")]
    [InlineData("""{"cpu":{"shares":500000}}""", "cpu.shares=262144", "cpu.weight=10000")]
    [InlineData("""{"cpu":{"shares":1}}""", "cpu.shares=2", "cpu.weight=1")]
    [InlineData(
        """{"cpu":{"quota":250000}}""",
        "cpu.cfs_quota_us=250000 cpu.cfs_period_us=100000",
        "cpu.max=250000_100000")]
    [InlineData("""{"cpu":{"quota":0}}""", "cpu.cfs_quota_us=-1", "cpu.max=max_100000")]
    [InlineData("""{"cpu":{"quota":-1}}""", "cpu.cfs_quota_us=-1", "cpu.max=max_100000")]
    [InlineData("""{"cpu":{"quota":-9999}}""", "cpu.cfs_quota_us=-1", "cpu.max=max_100000")]
    [InlineData("""{"cpu":{"period":250000}}""", "cpu.cfs_quota_us=-1 cpu.cfs_period_us=250000", "cpu.max=max_250000")]
    [InlineData(
        """{"cpu":{"period":250000,"quota":250000}}""",
        "cpu.cfs_quota_us=250000 cpu.cfs_period_us=250000",
        "cpu.max=250000_250000")]
    [InlineData("""{"cpu":{"idle":1}}""", "cpu.idle=1", "cpu.idle=1")]
    [InlineData("""{"cpu":{"cpus":"0","mems":"0"}}""", "cpuset.cpus=0 cpuset.mems=0", "cpuset.cpus=0 cpuset.mems=0")]
    [InlineData("""{"cpu":{"cpus":"0-0"}}""", "cpuset.cpus=0", "cpuset.cpus=0")]
    [InlineData(
        """{"memory":{"limit":52428800,"reservation":26214400}}""",
        "memory.limit_in_bytes=52428800 memory.soft_limit_in_bytes=26214400",
        "memory.max=52428800 memory.low=26214400")]
    [InlineData(
        """{"memory":{"limit":52428800,"swap":104857600}}""",
        "memory.limit_in_bytes=52428800 memory.memsw.limit_in_bytes=104857600",
        "memory.max=52428800 memory.swap.max=52428800")]
    [InlineData(
        """{"memory":{"limit":52428800,"swap":52428800}}""",
        "memory.memsw.limit_in_bytes=52428800",
        "memory.swap.max=0")]
    [InlineData(
        """{"memory":{"limit":52428800,"kernel":52428800}}""",
        "memory.limit_in_bytes=52428800",
        "memory.max=52428800")]
    public async Task Run_WhenLimitsAreGiven_ThenTheContainersFilesHoldThem(string resources, string v1, string v2)
    {
        using var container = await StartAsync(resources);
        try
        {
            new CgroupFiles(container).AssertHave(CgroupFiles.Unified ? v2 : v1);
        }
        finally
        {
            await container.EndAsync();
        }
    }

    [Theory]
    [Trait("Spec", "linux.resources.memory.swappiness"), Trait("Spec", "linux.resources.memory.disableOOMKiller")]
    [Trait("Spec", "linux.resources.memory.kernelTCP")]
    [InlineData("""{"memory":{"swappiness":50}}""", "memory.swappiness", "50")]
    [InlineData("""{"memory":{"disableOOMKiller":true}}""", "memory.oom_control", "oom_kill_disable 1")]
    [InlineData("""{"memory":{"kernelTCP":8388608}}""", "memory.kmem.tcp.limit_in_bytes", "8388608")]
    public async Task Run_WhenOnlyV1HasTheLimit_ThenItIsThereOrRefused(string resources, string file, string value)
    {
        if (CgroupFiles.Unified)
        {
            using var refused = Make(resources);
            var failure = await Assert.ThrowsAsync<TaskException>(() => refused.CreateAsync().WaitAsync(Limit));
            Assert.StartsWith("linux.resources.memory.", failure.Field, StringComparison.Ordinal);
            Assert.Empty(Host.Cgroups(refused.Id));
            return;
        }

        using var container = await StartAsync(resources);
        try
        {
            Assert.StartsWith(value, new CgroupFiles(container).Read(file) ?? value, StringComparison.Ordinal);
        }
        finally
        {
            await container.EndAsync();
        }
    }

    [Theory]
    [Trait("Spec", "linux.resources.blockIO")]
    [InlineData("throttleReadBpsDevice", 102400, "blkio.throttle.read_bps_device", "rbps")]
    [InlineData("throttleWriteBpsDevice", 204800, "blkio.throttle.write_bps_device", "wbps")]
    [InlineData("throttleReadIOPSDevice", 300, "blkio.throttle.read_iops_device", "riops")]
    [InlineData("throttleWriteIOPSDevice", 400, "blkio.throttle.write_iops_device", "wiops")]
    public async Task Run_WhenADeviceIsThrottled_ThenTheKernelHasTheRate(
        string property, int rate, string file, string key)
    {
        if (Disk() is not { } disk)
        {
            // No device to limit, which the kernel says.
            using var refused = Make(Throttle(property, "1", "255", rate));
            Assert.StartsWith("linux.resources.blockIO",
                (await Assert.ThrowsAsync<TaskException>(() => refused.CreateAsync().WaitAsync(Limit))).Field,
                StringComparison.Ordinal);
            return;
        }

        var numbers = disk.Split(':');
        using var container = await StartAsync(Throttle(property, numbers[0], numbers[1], rate));
        try
        {
            var files = new CgroupFiles(container);
            Assert.Contains(CgroupFiles.Unified ? $"{key}={rate}" : $"{disk} {rate}",
                files.Read(CgroupFiles.Unified ? "io.max" : file), StringComparison.Ordinal);
            await UpdateAsync(container, Throttle(property, numbers[0], numbers[1], 0));
            Assert.DoesNotContain(CgroupFiles.Unified ? $"{key}={rate}" : $"{disk} ",
                files.Read(CgroupFiles.Unified ? "io.max" : file), StringComparison.Ordinal);
        }
        finally
        {
            await container.EndAsync();
        }
    }

    // Each step is an update and what is in force then.
    [Theory]
    [Trait("Spec", "linux.resources.cpu.quota"), Trait("Spec", "linux.resources.cpu.period")]
    [Trait("Spec", "linux.resources.memory.limit"), Trait("Spec", "linux.resources.memory.swap")]
    [InlineData(
        """{"pids":{"limit":10}}""", "pids.max=10", "pids.max=10",
        """{"pids":{"limit":-1}}""", "pids.max=max", "pids.max=max",
        """{"pids":{"limit":0}}""", "pids.max=1", "pids.max=1")]
    [InlineData(
        """{"memory":{"limit":67108864,"reservation":33554432}}""",
        "memory.limit_in_bytes=67108864 memory.soft_limit_in_bytes=33554432",
        "memory.max=67108864 memory.low=33554432",
        """{"memory":{"limit":134217728,"swap":268435456}}""",
        "memory.limit_in_bytes=134217728 memory.memsw.limit_in_bytes=268435456",
        "memory.max=134217728 memory.swap.max=134217728",
        """{"memory":{"limit":33554432,"swap":33554432}}""",
        "memory.limit_in_bytes=33554432 memory.memsw.limit_in_bytes=33554432",
        "memory.max=33554432 memory.swap.max=0")]
    [InlineData(
        """{"cpu":{"quota":50000,"period":100000}}""",
        "cpu.cfs_quota_us=50000 cpu.cfs_period_us=100000",
        "cpu.max=50000_100000",
        """{"cpu":{"quota":30000}}""", "cpu.cfs_quota_us=30000 cpu.cfs_period_us=100000", "cpu.max=30000_100000",
        """{"cpu":{"period":50000}}""", "cpu.cfs_quota_us=30000 cpu.cfs_period_us=50000", "cpu.max=30000_50000")]
    [InlineData(
        """{"cpu":{"quota":300000}}""", "cpu.cfs_quota_us=300000 cpu.cfs_period_us=100000", "cpu.max=300000_100000",
        """{"cpu":{"quota":-1}}""", "cpu.cfs_quota_us=-1 cpu.cfs_period_us=100000", "cpu.max=max_100000",
        """{"cpu":{"period":900000}}""", "cpu.cfs_quota_us=-1 cpu.cfs_period_us=900000", "cpu.max=max_900000")]
    [InlineData(
        """{"cpu":{"shares":200}}""", "cpu.shares=200", "cpu.weight=29",
        """{"cpu":{"idle":1}}""", "cpu.idle=1", "cpu.idle=1",
        """{"cpu":{"idle":0,"shares":512}}""", "cpu.idle=0 cpu.shares=512", "cpu.idle=0 cpu.weight=59")]
    [InlineData(
        """{"cpu":{"quota":200000,"period":200000,"burst":50000}}""", "cpu.cfs_burst_us=50000", "cpu.max.burst=50000",
        """{"cpu":{"burst":0}}""",
        "cpu.cfs_burst_us=0 cpu.cfs_quota_us=200000",
        "cpu.max.burst=0 cpu.max=200000_200000",
        """{"cpu":{"quota":100000,"burst":100000}}""",
        "cpu.cfs_burst_us=100000 cpu.cfs_quota_us=100000",
        "cpu.max.burst=100000 cpu.max=100000_200000")]
    [InlineData(
        """{"cpu":{"cpus":"0"}}""", "cpuset.cpus=0", "cpuset.cpus=0",
        """{"cpu":{"mems":"0"}}""", "cpuset.cpus=0 cpuset.mems=0", "cpuset.cpus=0 cpuset.mems=0",
        """{"cpu":{"cpus":"0-0","mems":"0"}}""", "cpuset.cpus=0 cpuset.mems=0", "cpuset.cpus=0 cpuset.mems=0")]
    public async Task Update_WhenLimitsFollowEachOther_ThenEachIsInForceAndTheRestStays(params string[] steps)
    {
        using var container = await StartAsync("{}");
        try
        {
            for (var i = 0; i < steps.Length; i += 3)
            {
                await UpdateAsync(container, steps[i]);
                new CgroupFiles(container).AssertHave(CgroupFiles.Unified ? steps[i + 2] : steps[i + 1]);
            }
        }
        finally
        {
            await container.EndAsync();
        }
    }

    [Theory]
    [Trait("Spec", "linux.resources.cpu.quota"), Trait("Spec", "linux.resources.cpu.period")]
    [InlineData("""{"cpu":{"period":10}}""", "cpu.")]
    [InlineData("""{"cpu":{"period":9000000}}""", "cpu.")]
    [InlineData("""{"cpu":{"quota":10}}""", "cpu.quota")]
    [InlineData("""{"cpu":{"quota":50000,"period":100000,"burst":80000}}""", "cpu.burst")]
    [InlineData("""{"cpu":{"cpus":"4000"}}""", "cpu.cpus")]
    [InlineData("""{"memory":{"limit":1048576,"swap":1024}}""", "memory.swap")]
    public async Task Update_WhenTheKernelDoesNotTakeIt_ThenRefusedWithTheField(
        string resources, string field)
    {
        using var container = await StartAsync("""{"cpu":{"quota":20000,"period":50000}}""");
        try
        {
            var failure = await Assert.ThrowsAsync<TaskException>(() => UpdateAsync(container, resources));

            Assert.Contains($"resources.{field}", failure.Field, StringComparison.Ordinal);
            Assert.False(container.Container.Init.Exited.IsCompleted);
        }
        finally
        {
            await container.EndAsync();
        }
    }

    private static string Throttle(string property, string major, string minor, int rate) =>
        $$$"""{"blockIO":{"{{{property}}}":[{"major":{{{major}}},"minor":{{{minor}}},"rate":{{{rate}}}}]}}""";

    private static string? Disk() => Directory.Exists("/sys/block")
        ? Directory.GetDirectories("/sys/block").Order(StringComparer.Ordinal)
            .Select(disk => File.ReadAllText($"{disk}/dev").Trim()).FirstOrDefault()
        : null;

    private static Task UpdateAsync(RealContainer container, string resources) =>
        container.Container.UpdateAsync(Encoding.UTF8.GetBytes(resources), CancellationToken.None).WaitAsync(Limit);

    private static async Task<RealContainer> StartAsync(string resources)
    {
        var container = Make(resources);
        try
        {
            await container.StartAsync();
            return container;
        }
        catch
        {
            container.Dispose();
            throw;
        }
    }

    private static RealContainer Make(string resources) => new(
        spec => spec with
        {
            Linux = spec.Linux with { Resources = LinuxResources.Parse(Encoding.UTF8.GetBytes(resources)) },
        },
        "sleep", "100");
}
