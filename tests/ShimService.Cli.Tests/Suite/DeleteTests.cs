namespace ShimService.Cli.Tests.Suite;

public sealed class DeleteTests(SuiteRun suite) : IClassFixture<SuiteRun>
{
    [Fact]
    public async Task Delete_WhenItHasStopped_ThenNothingIsLeft()
    {
        string id = await suite.StopAsync();

        (await suite.RunAsync("delete", id)).Expect();

        Assert.Equal(1, (await suite.RunAsync("state", id)).Status);
        Assert.False(Directory.Exists(Path.Combine(suite.Root, id)));
        Assert.Empty(Cgroups(id));
    }

    [Fact]
    public async Task Delete_WhenItIsOnlyCreated_ThenItGoes()
    {
        string id = await suite.CreateAsync();

        (await suite.RunAsync("delete", id)).Expect();

        Assert.Equal(1, (await suite.RunAsync("state", id)).Status);
        Assert.Empty(Cgroups(id));
    }

    [Fact]
    public async Task Delete_WhenItRuns_ThenItFailsAndNothingChangesUntilItIsForced()
    {
        string id = await suite.StartAsync();
        string before = (await suite.RunAsync("state", id)).Output;

        Command plain = await suite.RunAsync("delete", id);

        Assert.Equal(1, plain.Status);
        Assert.Contains("that is not stopped: running", plain.Errors, StringComparison.Ordinal);
        Assert.Equal(before, (await suite.RunAsync("state", id)).Output);
        (await suite.RunAsync("delete", "--force", id)).Expect();
        Assert.Equal(1, (await suite.RunAsync("state", id)).Status);
        Assert.Empty(Cgroups(id));
    }

    [Fact]
    public async Task Delete_WhenForcedAndUnknown_ThenItIsNoError() =>
        (await suite.RunAsync("delete", "--force", "unknown")).Expect();

    [Fact]
    public async Task Delete_WhenTheCgroupWasThereBefore_ThenItStays()
    {
        string parent = suite.NewId();
        string cgroup = Directory.Exists("/sys/fs/cgroup/pids") ? "/sys/fs/cgroup/pids/" : "/sys/fs/cgroup/";
        Directory.CreateDirectory(cgroup + parent);
        try
        {
            string id = await suite.StartAsync(spec => spec["linux"]!["cgroupsPath"] = $"/{parent}/inner");
            Assert.True(Directory.Exists($"{cgroup}{parent}/inner"));

            (await suite.RunAsync("delete", "--force", id)).Expect();

            Assert.False(Directory.Exists($"{cgroup}{parent}/inner"));
            Assert.True(Directory.Exists(cgroup + parent));
        }
        finally
        {
            Directory.Delete(cgroup + parent);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Delete_WhenThePidNamespaceIsTheHostsAndTheInitIsGone_ThenTheOthersEndToo(bool force)
    {
        string id = await suite.StartAsync(spec => spec["linux"]!["namespaces"]!.AsArray().RemoveAt(0));
        string pidFile = suite.In(id + ".exec");
        (await suite.DetachAsync("exec", "-d", "--pid-file", pidFile, id, "/bin/sleep", "1000")).Expect();
        string exec = await File.ReadAllTextAsync(pidFile);
        (await suite.RunAsync("kill", id, "KILL")).Expect();
        await suite.BecomesAsync("stopped", id);

        string[] option = force ? ["--force"] : [];
        (await suite.RunAsync(["delete", .. option, id])).Expect();

        await Eventually.BecomesAsync(false, () => Directory.Exists("/proc/" + exec), "the exec is there");
        Assert.Equal(1, (await suite.RunAsync("state", id)).Status);
        Assert.Empty(Cgroups(id));
    }

    [Fact]
    public async Task Delete_WhenTheShimIsGone_ThenForceCleansUp()
    {
        string id = await suite.StartAsync();
        string pid = (await suite.StateAsync(id))["pid"]!.GetValue<int>().ToString();
        string shim = File.ReadAllLines($"/proc/{pid}/status").First(line => line.StartsWith("PPid:", StringComparison.Ordinal))
            .Split('\t')[1];
        (await Command.RunAsync("kill", "-KILL", shim)).Expect();
        await Eventually.BecomesAsync(false, () => Directory.Exists("/proc/" + shim), "the shim is there");

        Command plain = await suite.RunAsync("delete", id);
        Assert.Equal(1, plain.Status);
        Assert.Contains($"delete --force {id}", plain.Errors, StringComparison.Ordinal);
        (await suite.RunAsync("delete", "--force", id)).Expect();

        await Eventually.BecomesAsync(false, () => Directory.Exists("/proc/" + pid), "the init process is there");
        Assert.Equal(1, (await suite.RunAsync("state", id)).Status);
        Assert.Empty(Cgroups(id));
    }

    private static IEnumerable<string> Cgroups(string id) =>
        Directory.EnumerateDirectories("/sys/fs/cgroup").Select(parent => Path.Combine(parent, id))
            .Append("/sys/fs/cgroup/" + id).Where(Directory.Exists);
}
