using System.Globalization;
using ShimService.Linux.Launch;

namespace ShimService.Linux.Tests.Launch;

/// <summary>A child gets nothing of this process but the pages its launch is made of.</summary>
public sealed class LeanCloneTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private readonly Launcher _launcher = new();

    [Fact]
    public async Task Launch_WhenParked_ThenChildMapsHoldOnlyStubPlanAndProgress()
    {
        var heap = GC.AllocateArray<byte>(64 << 20, pinned: true);
        Array.Fill(heap, (byte)1);
        var process = await ParkAsync();

        var maps = await File.ReadAllLinesAsync($"/proc/{process.Pid}/maps");
        var total = maps.Where(line => !line.Contains("[vsyscall]", StringComparison.Ordinal)).Sum(Length);

        // Stub 4 KiB, first operations 4 KiB, address space for a plan 16 MiB, progress 4 KiB.
        Assert.True(total == 4096 + 4096 + (16 << 20) + 4096, string.Join('\n', maps));
        Assert.DoesNotContain(maps, line => line.Contains("[heap]", StringComparison.Ordinal)
            || line.Contains("[stack]", StringComparison.Ordinal) || line.Contains(".so", StringComparison.Ordinal));
        GC.KeepAlive(heap);
        End(process);
    }

    [Fact]
    public async Task Launch_WhenOtherThreadsMapMemoryMeanwhile_ThenNoneOfItReachesTheChild()
    {
        using var stop = new CancellationTokenSource();
        var busy = Task.Factory.StartNew(() => MapAndUnmap(stop.Token), TaskCreationOptions.LongRunning);
        for (var i = 0; i < 50; i++)
        {
            var process = await ParkAsync();
            var maps = await File.ReadAllLinesAsync($"/proc/{process.Pid}/maps");
            Assert.True(maps.Count(line => !line.Contains("[vsyscall]", StringComparison.Ordinal)) == 3,
                string.Join('\n', maps));
            End(process);
        }

        await stop.CancelAsync();
        await busy;
    }

    [Fact]
    public async Task Launch_WhenParked_ThenOnlyItsOwnDescriptorsAreOpenInTheChild()
    {
        using var other = Files.Open("/etc/passwd", Linux.Abi.OpenFlags.ReadOnly);
        var process = await ParkAsync();

        var links = Directory.GetFileSystemEntries($"/proc/{process.Pid}/fd")
            .Select(fd => $"{Path.GetFileName(fd)} {new FileInfo(fd).LinkTarget}").Order().ToArray();

        Assert.Equal(4, links.Length);
        Assert.Equal(["0 /dev/null", "1 /dev/null", "2 /dev/null"], links[..3]);
        Assert.StartsWith("3 socket:", links[3], StringComparison.Ordinal);
        End(process);
    }

    public void Dispose() => _launcher.Dispose();

    private async Task<LaunchedProcess> ParkAsync()
    {
        var builder = new PlanBuilder();
        builder.Gate("start");
        builder.Execute("execute", "test", ["/bin/true"], ["true"], []);
        var process = await _launcher.LaunchAsync(builder.Build(), new LaunchOptions());
        await process.ReachAsync(0).WaitAsync(Limit);
        return process;
    }

    private static void End(LaunchedProcess process)
    {
        process.Kill(9);
        Assert.Equal(128 + 9, Children.WaitAndCollect(process.PidFd)?.Status);
        process.PidFd.Dispose();
    }

    private static void MapAndUnmap(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            // Large enough that the allocator maps and unmaps it each time.
            var block = System.Runtime.InteropServices.Marshal.AllocHGlobal(8 << 20);
            System.Runtime.InteropServices.Marshal.WriteByte(block, 1);
            System.Runtime.InteropServices.Marshal.FreeHGlobal(block);
        }
    }

    private static long Length(string line)
    {
        var range = line[..line.IndexOf(' ')].Split('-');
        return Convert.ToInt64(range[1], 16) - long.Parse(
            range[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
    }
}
