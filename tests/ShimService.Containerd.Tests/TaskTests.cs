namespace ShimService.Containerd.Tests;

/// <summary>`ctr task …` on a container that runs detached.</summary>
[Collection(ContainerdCollection.Name)]
public sealed class TaskTests(Daemons daemons)
{
    [Theory, On(Release.Bookworm), On(Release.Trixie), On(Release.Sid)]
    public async Task Exec_WhenContainerRuns_ThenOutputAndStatusArrive(Release release)
    {
        ContainerdDaemon daemon = await daemons.OnAsync(release);
        string id = await daemon.RunDetachedAsync([], "sleep", "1000");

        Command exec = await daemon.ExecAsync(id, "sh", "-c", "readlink /proc/self/ns/pid; exit 3");
        string pid = (await daemon.TaskAsync(id)).Pid.ToString(System.Globalization.CultureInfo.InvariantCulture);

        exec.Expect(3);
        Assert.Equal(File.ResolveLinkTarget($"/proc/{pid}/ns/pid", returnFinalTarget: false)!.Name, exec.Output.Trim());
        await daemon.RemoveAsync(id);
    }

    [Theory, On(Release.Bookworm), On(Release.Trixie), On(Release.Sid)]
    public async Task Exec_WhenItHasATerminal_ThenTheProgramSeesOne(Release release)
    {
        ContainerdDaemon daemon = await daemons.OnAsync(release);
        string id = await daemon.RunDetachedAsync([], "sleep", "1000");
        // ctr tells the size after it started the program.
        string line = string.Join(' ', [
            "stty rows 30 cols 90; exec", daemon.Ctr, "--address", daemon.Socket, "--namespace", daemon.Namespace,
            "task", "exec", "-t", "--exec-id", "terminal", id, "sh", "-c",
            "'tty; until stty size | grep \"30 90\"; do sleep 0.05; done; exit 5'",
        ]);

        Command exec = await Command.RunAsync("script", "-qec", line, "/dev/null");

        exec.Expect(5);
        Assert.Contains("/dev/pts/", exec.Output, StringComparison.Ordinal);
        Assert.Contains("30 90", exec.Output, StringComparison.Ordinal);
        await daemon.RemoveAsync(id);
    }

    [Theory, On(Release.Bookworm), On(Release.Trixie), On(Release.Sid)]
    public async Task Ps_WhenAnExecRuns_ThenItIsListedWithItsId(Release release)
    {
        ContainerdDaemon daemon = await daemons.OnAsync(release);
        string id = await daemon.RunDetachedAsync([], "sleep", "1000");
        (await daemon.CtrAsync("task", "exec", "-d", "--exec-id", "second", id, "sleep", "1000")).Expect();

        Command ps = (await daemon.CtrAsync("task", "ps", id)).Expect();

        string[] lines = ps.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(3, lines.Length);
        Assert.Contains((await daemon.TaskAsync(id)).Pid.ToString(System.Globalization.CultureInfo.InvariantCulture),
            ps.Output, StringComparison.Ordinal);
        Assert.Contains(lines, line => line.Contains("second", StringComparison.Ordinal));
        await daemon.RemoveAsync(id);
    }

    [Theory, On(Release.Bookworm), On(Release.Trixie), On(Release.Sid)]
    public async Task Kill_WhenSignalIsCaught_ThenTheProgramDecides(Release release)
    {
        ContainerdDaemon daemon = await daemons.OnAsync(release);
        await using Events events = await Events.WatchAsync(daemon);
        string id = await daemon.RunDetachedAsync(
            [], "sh", "-c", "trap 'exit 42' USR1; touch /set; while :; do sleep 0.05; done");
        await Eventually.BecomesAsync(
            0, async () => (await daemon.ExecAsync(id, "test", "-e", "/set")).Status, "the trap");

        (await daemon.CtrAsync("task", "kill", "-s", "SIGUSR1", id)).Expect();
        await daemon.BecomesAsync(id, "STOPPED");
        Command again = await daemon.CtrAsync("task", "kill", "-s", "SIGKILL", id);
        await daemon.RemoveAsync(id);
        List<string> seen = await events.UntilAsync(id, "/tasks/delete");

        Assert.Contains($"/tasks/exit {id} 42", seen);
        Assert.Equal(1, again.Status);
        Assert.Contains("cannot kill", again.Errors, StringComparison.Ordinal);
        // The ctr of 2.x prints no code.
        Assert.True(
            daemon.Version.Major > 1 || again.Errors.Contains("not found", StringComparison.Ordinal), again.Errors);
    }

    [Theory, On(Release.Bookworm), On(Release.Trixie), On(Release.Sid)]
    public async Task Pause_WhenContainerRuns_ThenNothingMovesUntilResume(Release release)
    {
        ContainerdDaemon daemon = await daemons.OnAsync(release);
        string id = await daemon.RunDetachedAsync([], "sleep", "1000");

        (await daemon.CtrAsync("task", "pause", id)).Expect();
        string paused = (await daemon.TaskAsync(id)).State;
        Command exec = await daemon.ExecAsync(id, "true");
        (await daemon.CtrAsync("task", "resume", id)).Expect();
        string resumed = (await daemon.TaskAsync(id)).State;
        Command later = await daemon.ExecAsync(id, "true");

        Assert.Equal("PAUSED", paused);
        Assert.Contains("PAUSED", exec.Expect(1).Errors, StringComparison.Ordinal);
        Assert.Equal("RUNNING", resumed);
        later.Expect();
        await daemon.RemoveAsync(id);
    }

    [Theory, On(Release.Bookworm), On(Release.Trixie), On(Release.Sid)]
    public async Task Checkpoint_WhenAsked_ThenItIsRefusedByNameAndTheTaskRunsOn(Release release)
    {
        ContainerdDaemon daemon = await daemons.OnAsync(release);
        string id = await daemon.RunDetachedAsync([], "sleep", "1000");

        Command checkpoint = await daemon.CtrAsync("task", "checkpoint", id);

        checkpoint.Expect(1);
        Assert.Contains("Checkpoint is not there in this version", checkpoint.Errors, StringComparison.Ordinal);
        await daemon.BecomesAsync(id, "RUNNING");
        await daemon.RemoveAsync(id);
    }

    [Theory, On(Release.Bookworm), On(Release.Trixie), On(Release.Sid)]
    public async Task Metrics_WhenContainerRuns_ThenCtrShowsThem(Release release)
    {
        ContainerdDaemon daemon = await daemons.OnAsync(release);
        string id = await daemon.RunDetachedAsync(["--memory-limit", "33554432"], "sleep", "1000");

        Command metrics = (await daemon.CtrAsync("task", "metrics", id)).Expect();

        Assert.Contains(id, metrics.Output, StringComparison.Ordinal);
        Assert.Contains("memory.usage_in_bytes", metrics.Output, StringComparison.Ordinal);
        Assert.Contains("33554432", metrics.Output, StringComparison.Ordinal);
        Assert.Contains("pids.current", metrics.Output, StringComparison.Ordinal);
        Assert.Contains("cpuacct.usage", metrics.Output, StringComparison.Ordinal);
        await daemon.RemoveAsync(id);
    }
}
