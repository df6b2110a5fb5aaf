using ShimService.Engine.Resources;
using ShimService.Engine.Statistics;
using ShimService.Engine.Tests.Resources;
using ShimService.Linux.Cgroups;
using ShimService.Linux.Tests.Cgroups;
using ShimService.Oci.Model;

namespace ShimService.Engine.Tests.Statistics;

public sealed class OutOfMemoryNoticesTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [CgroupFact]
    public async Task Watch_WhenAProcessIsKilledForMemory_ThenHeardOfWithTheCountGrown()
    {
        using CgroupHost host = CgroupHost.Open(CgroupLayout.Detect(), TimeProvider.System);
        using OutOfMemoryNotices notices = new();
        Assert.True(CgroupPath.TryParse($"/limits-test-{Guid.NewGuid():N}/c1", out CgroupPath path, out _));
        Cgroup cgroup = host.Create(path, CgroupControllers.Standard);
        Cgroup quiet = host.Create(CgroupPath.TryParse($"{path.Parent}/c2", out CgroupPath other, out _) ? other : path,
            CgroupControllers.Standard);
        try
        {
            ContainerLimits.Create(cgroup, new LinuxResources
            {
                Memory = new LinuxMemory { Limit = 16 << 20, Swap = 16 << 20 },
            });
            TaskCompletionSource grown = new(TaskCreationOptions.RunContinuationsAsynchronously);
            int quietChecks = 0;
            using IDisposable? watch = notices.Watch(cgroup, () =>
            {
                if (ContainerStatsReader.ReadOomKills(cgroup) > 0)
                {
                    grown.TrySetResult();
                }
            });
            using IDisposable? quietWatch = notices.Watch(quiet, () => Interlocked.Increment(ref quietChecks));
            Assert.NotNull(watch);

            // The shell that waits for the killed process lives on: no exit tells of this kill.
            using CgroupScript script =
                await CgroupScript.StartAsync(cgroup, "tail /dev/zero & wait $!; echo $?; exec sleep 100");
            await grown.Task.WaitAsync(Limit);

            Assert.Equal("137", await script.ReadLineAsync());
            Assert.Equal(1UL, ContainerStatsReader.ReadOomKills(cgroup));
            Assert.Equal(0, quietChecks);
        }
        finally
        {
            await cgroup.RemoveAsync(Limit, default);
            await quiet.RemoveAsync(Limit, default);
        }
    }

    [CgroupFact]
    public async Task Dispose_WhenTheCgroupIsGone_ThenNothingIsHeardOfAny()
    {
        using CgroupHost host = CgroupHost.Open(CgroupLayout.Detect(), TimeProvider.System);
        using OutOfMemoryNotices notices = new();
        Assert.True(CgroupPath.TryParse($"/limits-test-{Guid.NewGuid():N}/c1", out CgroupPath path, out _));
        int descriptors = Directory.GetFileSystemEntries("/proc/self/fd").Length;
        for (int round = 0; round < 200; round++)
        {
            Cgroup cgroup = host.Create(path, CgroupControllers.Memory);
            IDisposable? watch = notices.Watch(cgroup, static () => { });
            await cgroup.RemoveAsync(Limit, default);
            watch?.Dispose();
            watch?.Dispose();
        }

        // Other tests open some meanwhile.
        Assert.InRange(Directory.GetFileSystemEntries("/proc/self/fd").Length, 0, descriptors + 100);
    }
}
