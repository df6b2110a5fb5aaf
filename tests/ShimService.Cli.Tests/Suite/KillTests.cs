namespace ShimService.Cli.Tests.Suite;

public sealed class KillTests(SuiteRun suite) : IClassFixture<SuiteRun>
{
    [Theory]
    [InlineData("HUP", "HUP")]
    [InlineData("SIGINT", "INT")]
    [InlineData("3", "QUIT")]
    [InlineData("sigusr1", "USR1")]
    [InlineData("USR2", "USR2")]
    [InlineData("SIGTERM", "TERM")]
    [InlineData("10", "USR1")]
    [InlineData("SIGWINCH", "WINCH")]
    public async Task Kill_WhenASignalIsNamed_ThenTheProgramGetsThatOne(string typed, string trapped)
    {
        string id = suite.NewId();
        string output = suite.In(id + ".out");
        string bundle = suite.Bundle(
            id, _ => { }, "/bin/sh", "-c", $"trap 'echo got {trapped}; exit 0' {trapped}; echo ready; while :; do sleep 0.05; done");
        (await Command.RunAsync(
            "/bin/sh", "-c", "exec \"$@\" > \"$0\" 2>&1 < /dev/null", output,
            Repository.Shimctl, "--root", suite.Root, "run", "-d", "--bundle", bundle, id)).Expect();
        await Eventually.BecomesAsync("ready\n", () => File.ReadAllText(output), "the trap is set");

        (await suite.RunAsync("kill", id, typed)).Expect();

        await suite.BecomesAsync("stopped", id);
        Assert.Equal($"ready\ngot {trapped}\n", await File.ReadAllTextAsync(output));
        await suite.DeleteAsync(id);
    }

    [Fact]
    public async Task Kill_WhenNoSignalIsNamed_ThenItIsTerm()
    {
        string id = await suite.CreateAsync();

        (await suite.RunAsync("kill", id)).Expect();

        await suite.BecomesAsync("stopped", id);
        await suite.DeleteAsync(id);
    }

    [Fact]
    public async Task Kill_WhenTheSignalIsNone_ThenItIsRefusedAndTheContainerRunsOn()
    {
        string id = await suite.StartAsync();

        Command kill = await suite.RunAsync("kill", id, "SIGNOTHING");

        Assert.Equal(1, kill.Status);
        Assert.Contains("SIGNOTHING", kill.Errors, StringComparison.Ordinal);
        Assert.Equal("running", SuiteRun.Text(await suite.StateAsync(id), "status"));
        await suite.DeleteAsync(id);
    }

    [Theory]
    [InlineData("TERM")]
    [InlineData("KILL")]
    public async Task Kill_WhenItHasStopped_ThenItIsNotRunningAndNothingChanges(string signal)
    {
        string id = await suite.StopAsync();
        string before = (await suite.RunAsync("state", id)).Output;

        Command kill = await suite.RunAsync("kill", id, signal);

        Assert.Equal(1, kill.Status);
        Assert.Contains("container not running", kill.Errors, StringComparison.Ordinal);
        Assert.Equal(before, (await suite.RunAsync("state", id)).Output);
        await suite.DeleteAsync(id);
    }

    [Fact]
    public async Task Kill_WhenAllIsTypedAndThePidNamespaceIsTheHosts_ThenExecsEndToo()
    {
        string id = await suite.StartAsync(spec =>
            spec["linux"]!["namespaces"]!.AsArray().RemoveAt(0));
        string pidFile = suite.In(id + ".exec");
        (await suite.DetachAsync("exec", "-d", "--pid-file", pidFile, id, "/bin/sleep", "1000")).Expect();
        string exec = await File.ReadAllTextAsync(pidFile);
        Assert.True(Directory.Exists("/proc/" + exec));

        (await suite.RunAsync("kill", "--all", id, "KILL")).Expect();

        await suite.BecomesAsync("stopped", id);
        await Eventually.BecomesAsync(false, () => Directory.Exists("/proc/" + exec), "the exec is there");
        await suite.DeleteAsync(id);
    }
}
