using System.Diagnostics;
using ShimService.Engine.Tests.Support;
using ShimService.Oci.Model;

namespace ShimService.Engine.Tests.Resources;

/// <summary>io.max on the disk that the container writes to.</summary>
[Collection(EngineCollection.Name)]
public sealed class DiskRateTests
{
    private const int Rate = 2 << 20;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [UnifiedMemoryFact]
    [Trait("Spec", "linux.resources.blockIO")]
    public async Task Run_WhenTheDiskIsThrottled_ThenWritingTakesItsTime()
    {
        if (Disk() is not { } disk)
        {
            // Its files are on no disk of this machine's that could be limited: a memory file system, or a part of one.
            return;
        }

        var limits = new LinuxResources
        {
            BlockIo = new LinuxBlockIo { ThrottleWriteBps = [new LinuxThrottleDevice(disk.Major, disk.Minor, Rate)] },
        };
        using var container = new RealContainer(
            spec => spec with
            {
                Root = spec.Root! with { Readonly = false },
                Linux = spec.Linux with { Resources = limits },
            },
            "/bin/busybox", "dd", "if=/dev/zero", "of=/tmp/written", "bs=1M", "count=4", "conv=fsync");
        var watch = Stopwatch.StartNew();
        var (status, output) = await container.RunAsync().WaitAsync(Limit);
        watch.Stop();
        File.Delete(Path.Join(BusyboxRoot.Path, "tmp/written"));

        // Without the limit it takes no time at all; with it the kernel lets a part of a second pass at once.
        Assert.True(status == 0, output);
        Assert.True(watch.Elapsed > TimeSpan.FromSeconds(1), $"4 MiB were written in {watch.Elapsed}");
    }

    private static (long Major, long Minor)? Disk()
    {
        // mountinfo: id, parent, device, root, mount point; the last that covers the path is it.
        var mount = File.ReadLines("/proc/self/mountinfo").Select(line => line.Split(' '))
            .Where(words => words[4] == "/" || BusyboxRoot.Path.StartsWith(words[4] + "/", StringComparison.Ordinal))
            .MaxBy(words => words[4].Length);
        if (mount is null || !Directory.Exists("/sys/block")
            || !Directory.GetDirectories("/sys/block").Any(disk => File.ReadAllText($"{disk}/dev").Trim() == mount[2]))
        {
            return null;
        }

        var numbers = mount[2].Split(':');
        return (long.Parse(numbers[0], System.Globalization.CultureInfo.InvariantCulture),
            long.Parse(numbers[1], System.Globalization.CultureInfo.InvariantCulture));
    }
}
