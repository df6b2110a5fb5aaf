using System.Globalization;

namespace ShimService.Containerd.Tests;

/// <summary>The shim is killed with -9: containerd runs `delete`, and the host is as before the container.</summary>
[Collection(ContainerdCollection.Name)]
public sealed class ShimDeathTests(Daemons daemons)
{
    [Theory, On(Release.Bookworm), On(Release.Trixie), On(Release.Sid)]
    public async Task Kill_WhenShimHasAContainerAndAnExec_ThenNothingIsLeft(Release release)
    {
        ContainerdDaemon daemon = await daemons.OnAsync(release);
        await using Events events = await Events.WatchAsync(daemon);
        string id = await daemon.RunDetachedAsync([], "sleep", "1000");
        (await daemon.CtrAsync("task", "exec", "-d", "--exec-id", "second", id, "sleep", "1000")).Expect();
        (await daemon.CtrAsync("task", "ps", id)).Expect();
        int pid = (await daemon.TaskAsync(id)).Pid;
        string socket = ShimConnection.AddressOf(daemon, id);
        Assert.True(File.Exists(socket));

        int shim = daemon.ShimOf(id);
        (await Command.RunAsync("/bin/kill", "-KILL", shim.ToString(CultureInfo.InvariantCulture))).Expect();
        List<string> seen = await events.UntilAsync(id, "/tasks/delete");

        Assert.Contains($"/tasks/exit {id} 137", seen);
        Assert.Single(seen, line => line.StartsWith($"/tasks/exit {id} ", StringComparison.Ordinal));
        await daemon.GoneAsync(id);
        await Eventually.BecomesAsync(false, () => Directory.Exists($"/proc/{pid}"), "the init process");
        Assert.False(File.Exists(socket), "the shim's socket is left");
        Assert.Empty((await daemon.TaskAsync(id)).State);
        (await daemon.CtrAsync("container", "rm", id)).Expect();
    }

    [Theory, On(Release.Bookworm), On(Release.Trixie), On(Release.Sid)]
    public async Task Kill_WhenTheContainerHadEnded_ThenItsRealStatusIsTold(Release release)
    {
        ContainerdDaemon daemon = await daemons.OnAsync(release);
        await using Events events = await Events.WatchAsync(daemon);
        string id = await daemon.RunDetachedAsync([], "sh", "-c", "exit 23");
        await daemon.BecomesAsync(id, "STOPPED");

        int shim = daemon.ShimOf(id);
        (await Command.RunAsync("/bin/kill", "-KILL", shim.ToString(CultureInfo.InvariantCulture))).Expect();
        List<string> seen = await events.UntilAsync(id, "/tasks/delete");

        Assert.All(
            seen.Where(line => line.StartsWith("/tasks/exit", StringComparison.Ordinal)),
            line => Assert.Equal($"/tasks/exit {id} 23", line));
        await daemon.GoneAsync(id);
        (await daemon.CtrAsync("container", "rm", id)).Expect();
    }
}
