using ShimService.Engine.Resources;
using ShimService.Engine.Statistics;
using ShimService.Engine.Tests.Resources;
using ShimService.Linux.Cgroups;
using ShimService.Linux.Tests.Cgroups;
using ShimService.Oci.Model;
using ShimService.Tasks.Stats;

namespace ShimService.Engine.Tests.Statistics;

public sealed class ContainerStatsReaderTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [CgroupFact]
    public async Task Read_WhenAProcessHasRun_ThenItsUseIsThere()
    {
        using CgroupHost host = CgroupHost.Open(CgroupLayout.Detect(), TimeProvider.System);
        Assert.True(CgroupPath.TryParse($"/limits-test-{Guid.NewGuid():N}/c1", out CgroupPath path, out _));
        Cgroup cgroup = host.Create(path, CgroupControllers.Standard);
        try
        {
            ContainerLimits.Create(cgroup, new LinuxResources
            {
                Memory = new LinuxMemory { Limit = 64 << 20 },
                Pids = new LinuxPids(20),
            });
            using CgroupScript script = await CgroupScript.StartAsync(
                cgroup, "i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done; head -c 8m /dev/zero | tail -c 8m > /dev/null; " +
                "echo ran; exec sleep 100");
            Assert.Equal("ran", await script.ReadLineAsync());

            ContainerStats stats = ContainerStatsReader.Read(cgroup, DateTimeOffset.UnixEpoch);

            Assert.InRange(stats.Cpu!.Usage, 1_000_000UL, 10_000_000_000UL);
            Assert.InRange(stats.Cpu.User + stats.Cpu.System, stats.Cpu.Usage / 2, stats.Cpu.Usage * 2);
            Assert.Equal(new PidsStats(1, 20), stats.Pids);
            Assert.Equal(64UL << 20, stats.Memory!.Limit);
            Assert.InRange(stats.Memory.Peak, 8UL << 20, 64UL << 20);
            Assert.InRange(stats.Memory.Usage, 0UL, stats.Memory.Peak);
            Assert.InRange(stats.Memory.PageFaults, 100UL, 1000000UL);
            Assert.NotNull(stats.Io);
            Assert.Equal(cgroup.Unified is not null
                && File.Exists("/proc/pressure/cpu"), stats.CpuPressure is not null);
        }
        finally
        {
            await cgroup.RemoveAsync(Limit, default);
        }

        ContainerStats gone = ContainerStatsReader.Read(cgroup, DateTimeOffset.UnixEpoch);
        Assert.Equal(new ContainerStats(DateTimeOffset.UnixEpoch), gone);
    }

    [CgroupFact]
    public async Task ReadCounters_WhenHugePagesAreLimited_ThenTheirUseIsThereForEachSize()
    {
        using CgroupHost host = CgroupHost.Open(CgroupLayout.Detect(), TimeProvider.System);
        LinuxResources resources = new() { HugepageLimits = [new LinuxHugepageLimit("2MB", 4 << 20)] };
        if (host.Layout.Find(CgroupControllers.HugePages) is not { } hierarchy
            || !Directory.Exists("/sys/kernel/mm/hugepages/hugepages-2048kB"))
        {
            // What such a host says to the limit is a test of its own.
            return;
        }

        Assert.True(CgroupPath.TryParse($"/limits-test-{Guid.NewGuid():N}/c1", out CgroupPath path, out _));
        Cgroup cgroup = host.Create(path, CgroupControllers.Standard | ContainerLimits.Needed(resources));
        try
        {
            ContainerLimits.Create(cgroup, resources);
            CgroupCounters counters = CgroupCountersReader.Read(cgroup);

            Assert.Contains("2MB", counters.PageSizes);
            Assert.True(counters.Has(counters.Generation == CgroupGeneration.V1
                ? "hugetlb.2MB.usage_in_bytes" : "hugetlb.2MB.current"), hierarchy.ToString());
        }
        finally
        {
            await cgroup.RemoveAsync(Limit, default);
        }
    }
}
