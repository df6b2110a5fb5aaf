using System.Text.Json.Nodes;

namespace ShimService.Cli.Tests.Suite;

public sealed class ExecTests(SuiteRun suite) : IClassFixture<SuiteRun>
{
    [Fact]
    public async Task Exec_WhenAProgramRuns_ThenItsStreamsAndStatusAreOurs()
    {
        string id = await suite.StartAsync();

        Command exec = await Command.RunAsync(
            Repository.Shimctl,
            ["--root", suite.Root, "exec", id, "sh", "-c", "read line; echo \"$line $0 $1\"; echo no >&2; exit 42", "-t", "--cwd"],
            "typed\n",
            Command.Limit);

        Assert.Equal((42, "typed -t --cwd\n", "no\n"), (exec.Status, exec.Output, exec.Errors));
        Assert.StartsWith("total ", (await suite.RunAsync("exec", id, "ls", "-la")).Expect().Output, StringComparison.Ordinal);
        Assert.Equal(1, (await suite.RunAsync("exec", id, "false")).Status);
        await suite.DeleteAsync(id);
    }

    [Fact]
    public async Task Exec_WhenItCannotRun_ThenTheStatusIsNoProgramsOwn()
    {
        string id = await suite.StartAsync();

        Command missing = await suite.RunAsync("exec", id, "no-such-binary");
        Command noPidFile = await suite.RunAsync("exec", "--pid-file", "/nonexistent/pid", id, "sleep", "1000");
        Command unknown = await suite.RunAsync("exec", "unknown", "true");

        Assert.Equal((255, 255, 255), (missing.Status, noPidFile.Status, unknown.Status));
        Assert.Contains("no-such-binary", missing.Errors, StringComparison.Ordinal);
        Assert.Contains("/nonexistent", noPidFile.Errors, StringComparison.Ordinal);
        Assert.Contains("container does not exist", unknown.Errors, StringComparison.Ordinal);
        Assert.Single(JsonNode.Parse((await suite.RunAsync("ps", "-f", "json", id)).Output)!.AsArray());
        await suite.DeleteAsync(id);
    }

    [Fact]
    public async Task Exec_WhenTheContainerIsOnlyCreated_ThenItRunsAndTheContainerWaitsOn()
    {
        string id = await suite.CreateAsync();

        Command exec = (await suite.RunAsync("exec", id, "echo", "within")).Expect();

        Assert.Equal("within\n", exec.Output);
        Assert.Equal("created", SuiteRun.Text(await suite.StateAsync(id), "status"));
        (await suite.RunAsync("start", id)).Expect();
        Assert.Equal("running", SuiteRun.Text(await suite.StateAsync(id), "status"));
        await suite.DeleteAsync(id);
    }

    [Fact]
    public async Task Exec_WhenTheContainerHasStopped_ThenItIsRefused()
    {
        string id = await suite.StopAsync();

        Command exec = await suite.RunAsync("exec", id, "true");

        Assert.Equal(255, exec.Status);
        Assert.Contains("cannot exec in a stopped container", exec.Errors, StringComparison.Ordinal);
        await suite.DeleteAsync(id);
    }

    [Fact]
    public async Task Exec_WhenTheContainerIsPaused_ThenItIsRefusedOrWaitsAsAsked()
    {
        string id = await suite.StartAsync();
        (await suite.RunAsync("pause", id)).Expect();

        Command refused = await suite.RunAsync("exec", id, "true");
        Assert.Equal(255, refused.Status);
        Assert.Contains("cannot exec in a paused container", refused.Errors, StringComparison.Ordinal);

        Task<Command> waiting = suite.RunAsync("exec", "--ignore-paused", id, "echo", "resumed");
        Assert.False(waiting.IsCompleted);
        (await suite.RunAsync("resume", id)).Expect();
        Assert.Equal("resumed\n", (await waiting).Expect().Output);
        await suite.DeleteAsync(id);
    }

    [Fact]
    public async Task Exec_WhenDetached_ThenItRunsOnAndThePidFileHoldsItsPid()
    {
        string id = await suite.StartAsync();
        string pidFile = suite.In(id + ".pid");

        (await suite.DetachAsync("exec", "-d", "--pid-file", pidFile, id, "/bin/sleep", "1000")).Expect();

        string pid = await File.ReadAllTextAsync(pidFile);
        Assert.NotEqual((await suite.StateAsync(id))["pid"]!.GetValue<int>().ToString(), pid);
        Assert.Contains(
            pid, JsonNode.Parse((await suite.RunAsync("ps", "-f", "json", id)).Output)!.AsArray().Select(one => one!.ToString()));
        await suite.DeleteAsync(id);
    }

    [Theory]
    [InlineData("--cwd /bin", "pwd", "/bin\n")]
    [InlineData("--env SUITE=true", "echo $SUITE", "true\n")]
    [InlineData("-e SUITE=one -e SUITE=two", "echo $SUITE", "two\n")]
    [InlineData("--user 1000:1000", "id -u; id -g", "1000\n1000\n")]
    [InlineData("-u 1001", "id -u; id -g; echo $HOME", "1001\n0\n/\n")]
    [InlineData("-u 1000", "echo $HOME", "/home\n")]
    [InlineData("--user 1000:1000 --additional-gids 100 --additional-gids 65534", "id -G", "1000 100 65534\n")]
    [InlineData("--no-new-privs", "grep NoNewPrivs /proc/self/status", "NoNewPrivs:\t1\n")]
    [InlineData("--cap CAP_NET_RAW", "grep -E 'Cap(Prm|Bnd|Amb)' /proc/self/status", "CapPrm:\t0000000000002020\nCapBnd:\t0000000000002020\nCapAmb:\t0000000000000000\n")]
    public async Task Exec_WhenTheProcessIsChanged_ThenItHasThatAndTheRestIsTheContainers(
        string options, string script, string output)
    {
        string id = await suite.StartAsync();

        Command exec = await suite.RunAsync(["exec", .. options.Split(' '), id, "sh", "-c", script]);

        Assert.Equal(output, exec.Expect().Output);
        await suite.DeleteAsync(id);
    }

    [Fact]
    public async Task Exec_WhenAmbientIsInheritable_ThenItIsAmbientToo()
    {
        string id = await suite.StartAsync(spec =>
            spec["process"]!["capabilities"]!["inheritable"] = new JsonArray("CAP_NET_RAW"));

        Command exec = await suite.RunAsync(
            "exec", "--user", "1000", "--cap", "CAP_NET_RAW", id, "grep", "CapAmb", "/proc/self/status");

        Assert.Equal("CapAmb:\t0000000000002000\n", exec.Expect().Output);
        await suite.DeleteAsync(id);
    }

    [Fact]
    public async Task Exec_WhenTheProcessIsAPipe_ThenItIsReadOnceAndIsTheWholeProcess()
    {
        string id = await suite.StartAsync();

        Command exec = await Command.RunAsync(
            "/bin/bash", "-c", "exec \"$0\" --root \"$1\" exec --process <(echo \"$2\") \"$3\"", Repository.Shimctl, suite.Root,
            """{ "args": ["sh", "-c", "echo $A; pwd"], "cwd": "/etc", "env": ["A=own", "PATH=/bin"] }""", id);

        Assert.Equal("own\n/etc\n", exec.Expect().Output);
        await suite.DeleteAsync(id);
    }

    [Theory]
    [InlineData("/nonexistent", "/nonexistent")]
    [InlineData("/etc/hostname", "/etc/hostname")]
    public async Task Exec_WhenTheProcessFileIsNone_ThenItIsRefused(string file, string words)
    {
        Command exec = await suite.RunAsync("exec", "-p", file, "any");

        Assert.Equal(255, exec.Status);
        Assert.Contains(words, exec.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--user root", "as numbers")]
    [InlineData("--process-label some_u:some_r:some_t:s0", "SELinux")]
    [InlineData("--apparmor no-such-profile", "AppArmor")]
    public async Task Exec_WhenItCannotBeLikeThat_ThenItSaysWhy(string options, string words)
    {
        string id = await suite.StartAsync();

        Command exec = await suite.RunAsync(["exec", .. options.Split(' '), id, "true"]);

        Assert.Equal(255, exec.Status);
        Assert.Contains(words, exec.Errors, StringComparison.OrdinalIgnoreCase);
        await suite.DeleteAsync(id);
    }

    [Fact]
    public async Task Exec_WhenAUserGetsNull_ThenTheHostsStaysRoots()
    {
        string id = await suite.StartAsync();

        (await suite.DetachAsync("exec", "--user", "1000:1000", id, "true")).Expect();

        Assert.Equal("0:0\n", (await Command.RunAsync("stat", "-c", "%u:%g", "/dev/null")).Expect().Output);
        await suite.DeleteAsync(id);
    }
}
