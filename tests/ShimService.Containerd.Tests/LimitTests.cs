namespace ShimService.Containerd.Tests;

/// <summary>Users, capabilities and control groups as `ctr run` asks for them.</summary>
[Collection(ContainerdCollection.Name)]
public sealed class LimitTests(Daemons daemons)
{
    private const int NetAdmin = 12;
    private const int Chown = 0;

    [Theory, On(Release.Trixie), On(Release.Sid)]
    public async Task Run_WhenUserIsGiven_ThenProgramRunsAsThatUser(Release release)
    {
        ContainerdDaemon daemon = await daemons.OnAsync(release);

        Command run = await daemon.RunAsync(["--user", "1000:1000"], "id");

        Assert.StartsWith("uid=1000(app) gid=1000(app)", run.Expect().Output, StringComparison.Ordinal);
    }

    // The ctr of 1.6 has the option for exec only.
    [Theory, On(Release.Bookworm), On(Release.Trixie), On(Release.Sid)]
    public async Task Exec_WhenUserIsGiven_ThenProgramRunsAsThatUser(Release release)
    {
        ContainerdDaemon daemon = await daemons.OnAsync(release);
        string id = await daemon.RunDetachedAsync([], "sleep", "1000");

        Command exec = await daemon.CtrAsync("task", "exec", "--exec-id", "user", "--user", "1000:1000", id, "id");

        Assert.StartsWith("uid=1000(app) gid=1000(app)", exec.Expect().Output, StringComparison.Ordinal);
        await daemon.RemoveAsync(id);
    }

    [Theory, On(Release.Bookworm), On(Release.Trixie), On(Release.Sid)]
    public async Task Run_WhenCapabilitiesAreAddedAndDropped_ThenProgramHasJustThose(Release release)
    {
        ContainerdDaemon daemon = await daemons.OnAsync(release);

        long normal = await BoundingAsync(daemon);
        long changed = await BoundingAsync(daemon, "--cap-add", "CAP_NET_ADMIN", "--cap-drop", "CAP_CHOWN");

        Assert.Equal((normal | 1L << NetAdmin) & ~(1L << Chown), changed);
        Assert.NotEqual(normal, changed);
    }

    [Theory, On(Release.Bookworm), On(Release.Trixie), On(Release.Sid)]
    public async Task Run_WhenControlGroupIsNamed_ThenProcessesAreThere(Release release)
    {
        ContainerdDaemon daemon = await daemons.OnAsync(release);
        string group = $"/{daemon.Namespace}/named/one";

        string id = await daemon.RunDetachedAsync(["--cgroup", group], "sleep", "100");
        string[] groups = await File.ReadAllLinesAsync($"/proc/{(await daemon.TaskAsync(id)).Pid}/cgroup");
        await daemon.RemoveAsync(id);

        Assert.Contains(groups, line => line.EndsWith(":" + group, StringComparison.Ordinal));
        Assert.All(
            Directory.EnumerateDirectories("/sys/fs/cgroup"),
            hierarchy => Assert.False(Directory.Exists(hierarchy + group), hierarchy + group));
    }

    [Theory, On(Release.Bookworm), On(Release.Trixie), On(Release.Sid)]
    public async Task Run_WhenMemoryLimitIsPassed_ThenItIsKilledAndOomComesBeforeExit(Release release)
    {
        ContainerdDaemon daemon = await daemons.OnAsync(release);
        await using Events events = await Events.WatchAsync(daemon);
        string id = daemon.NewId("oom");

        Command run = await daemon.CtrAsync(ContainerdDaemon.RunWords(
            id, ["--rm", "--memory-limit", "16777216"], "sh", "-c", "exec tail -c 64m /dev/zero"));
        List<string> seen = await events.UntilAsync(id, "/tasks/delete");

        run.Expect(137);
        Assert.Equal(
            ["/tasks/create", "/tasks/start", "/tasks/oom", $"/tasks/exit {id} 137", "/tasks/delete"], seen);
    }

    private static async Task<long> BoundingAsync(ContainerdDaemon daemon, params string[] options)
    {
        Command run = await daemon.RunAsync(options, "grep", "CapBnd", "/proc/self/status");
        return Convert.ToInt64(run.Expect().Output.Split(':')[1].Trim(), 16);
    }
}
