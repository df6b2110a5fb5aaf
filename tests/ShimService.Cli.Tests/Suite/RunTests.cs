using System.Diagnostics;
using System.Text.Json.Nodes;

namespace ShimService.Cli.Tests.Suite;

public sealed class RunTests(SuiteRun suite) : IClassFixture<SuiteRun>
{
    [Fact]
    public async Task Run_WhenTheProgramEnds_ThenStreamsAndStatusAreOursAndTheContainerIsGone()
    {
        string id = suite.NewId();
        string bundle = suite.Bundle(id, _ => { }, "/bin/sh", "-c", "read line; echo \"got $line\"; echo no >&2; exit 3");

        Command run = await Command.RunAsync(
            Repository.Shimctl, ["--root", suite.Root, "run", "--bundle", bundle, id], "it\n", Command.Limit);

        Assert.Equal((3, "got it\n", "no\n"), (run.Status, run.Output, run.Errors));
        Assert.Equal(1, (await suite.RunAsync("state", id)).Status);
    }

    [Fact]
    public async Task Run_WhenTheBundleIsWhereWeAre_ThenItNeedsNoName()
    {
        string id = suite.NewId();
        string bundle = suite.Bundle(id, _ => { }, "/bin/echo", "here");

        Command run = await Command.RunAsync(
            "/bin/sh", "-c", "cd \"$0\" && exec \"$@\"", bundle, Repository.Shimctl, "--root", suite.Root, "run", id);

        Assert.Equal("here\n", run.Expect().Output);
    }

    [Fact]
    public async Task Run_WhenKept_ThenItIsStoppedWithItsCgroupUntilDeleted()
    {
        string id = suite.NewId();
        string bundle = suite.Bundle(id, _ => { }, "/bin/true");

        (await suite.RunAsync("run", "--keep", "--bundle", bundle, id)).Expect();

        Assert.Equal("stopped", SuiteRun.Text(await suite.StateAsync(id), "status"));
        Assert.Equal("100", CgroupFile.Read(id, "pids", "pids.max"));
        (await suite.RunAsync("delete", id)).Expect();
        Assert.Equal(1, (await suite.RunAsync("state", id)).Status);
    }

    [Fact]
    public async Task Run_WhenDetached_ThenItRunsOnWithItsNames()
    {
        string id = suite.NewId();
        string bundle = suite.Bundle(
            id, spec => (spec["hostname"], spec["domainname"]) = ("myhostname", "mydomainname"), "/bin/sleep", "1000");
        string pidFile = suite.In(id + ".pid");

        (await suite.DetachAsync("run", "-d", "--pid-file", pidFile, "--bundle", bundle, id)).Expect();

        JsonNode state = await suite.StateAsync(id);
        Assert.Equal("running", SuiteRun.Text(state, "status"));
        Assert.Equal(state["pid"]!.GetValue<int>().ToString(), await File.ReadAllTextAsync(pidFile));
        Assert.Equal(
            "myhostname\nmydomainname\n",
            (await suite.RunAsync("exec", id, "sh", "-c", "hostname; cat /proc/sys/kernel/domainname")).Expect().Output);
        await suite.DeleteAsync(id);
    }

    [Theory]
    [InlineData("/bin/nonexistent")]
    [InlineData("/etc/passwd")]
    public async Task Run_WhenTheProgramCannotRun_ThenItSaysWhyAndLeavesNothing(string program)
    {
        string id = suite.NewId();
        string bundle = suite.Bundle(id, _ => { }, program);

        Command run = await suite.RunAsync("run", "--bundle", bundle, id);

        Assert.Equal(1, run.Status);
        Assert.Contains(program, run.Errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(suite.Root, id)));
    }

    [Fact]
    public async Task Run_WhenTheScriptsInterpreterIsMissing_ThenStartFailsAndNothingIsLeft()
    {
        string id = suite.NewId();
        string script = suite.In(id + ".sh");
        await File.WriteAllTextAsync(script, "#!/mmnnttbb foo bar\n");
        File.SetUnixFileMode(script, (UnixFileMode)0x1ED);
        string bundle = suite.Bundle(id, spec => spec["mounts"]!.AsArray().Add(new JsonObject
        {
            ["destination"] = "/tmp/run.sh", ["type"] = "bind", ["source"] = script, ["options"] = new JsonArray("bind"),
        }), "/tmp/run.sh");

        Command run = await suite.RunAsync("run", "--bundle", bundle, id);

        Assert.Equal(1, run.Status);
        Assert.Contains("/tmp/run.sh", run.Errors, StringComparison.Ordinal);
        Assert.Contains("ENOENT", run.Errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(suite.Root, id)));
    }

    [Fact]
    public async Task Run_WhenWeAreSignalled_ThenTheProgramIs()
    {
        string id = suite.NewId();
        string bundle = suite.Bundle(
            id, _ => { }, "/bin/sh", "-c", "trap 'echo got TERM; exit 5' TERM; echo ready; while :; do sleep 0.05; done");
        using Process run = Command.Start(Repository.Shimctl, "--root", suite.Root, "run", "--bundle", bundle, id);
        Assert.Equal("ready", await run.StandardOutput.ReadLineAsync().WaitAsync(Command.Limit));

        (await Command.RunAsync("kill", "-TERM", run.Id.ToString())).Expect();

        Assert.Equal("got TERM\n", await run.StandardOutput.ReadToEndAsync().WaitAsync(Command.Limit));
        await run.WaitForExitAsync().WaitAsync(Command.Limit);
        Assert.Equal(5, run.ExitCode);
    }

    [Fact]
    public async Task Run_WhenTheHooksOfAStartFail_ThenItFailsAndLeavesNothing()
    {
        string id = suite.NewId();
        string bundle = suite.Bundle(id, spec => spec["hooks"] = new JsonObject
        {
            ["poststart"] = new JsonArray(new JsonObject
            {
                ["path"] = "/bin/sh", ["args"] = new JsonArray("sh", "-c", "echo the reason >&2; exit 7"),
            }),
        }, "/bin/sleep", "1000");

        Command run = await suite.DetachAsync("run", "-d", "--bundle", bundle, id);

        Assert.Equal(1, run.Status);
        Assert.Contains("the reason", run.Output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(suite.Root, id)));
    }
}
