namespace ShimService.EndToEnd.Tests;

/// <summary>What containers have on the disk, and a shimd that is killed.</summary>
public class LayerDeathTests
{
    [Fact]
    public async Task Start_WhenShimdWasKilled_ThenLiveLayersAreKeptAndLitterIsGone()
    {
        await using Shimd daemon = await Shimd.StartAsync();
        string containers = Path.Combine(daemon.Root, "containers");
        string id = $"layers-{Environment.ProcessId}";
        (await daemon.ShimctlAsync(
            "run", "-d", "--id", id, "--ipc", "shareable", "-v", "/own", "--layer", daemon.Rootfs,
            "sh", "-c", "echo kept > /own/file; sleep 1000")).Expect();
        await daemon.KillAsync();
        string[] litter =
        [
            Directory.CreateDirectory(Path.Combine(containers, "ghost", "upper")).FullName,
            Directory.CreateDirectory(Path.Combine(daemon.State, "tasks", "torn", "rootfs")).FullName,
        ];

        await daemon.StartAgainAsync();
        Command inside = await daemon.ShimctlAsync("exec", id, "cat", "/own/file");
        (await daemon.ShimctlAsync("delete", "--force", id)).Expect();

        Assert.Equal("kept\n", inside.Expect().Output);
        Assert.All(litter, path => Assert.False(Directory.Exists(path), path));
        Assert.Empty(Directory.GetFileSystemEntries(containers));
        Assert.DoesNotContain(daemon.Work, await File.ReadAllTextAsync("/proc/self/mountinfo"));
    }
}
