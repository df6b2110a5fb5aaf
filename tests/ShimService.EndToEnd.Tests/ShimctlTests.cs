using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;

namespace ShimService.EndToEnd.Tests;

/// <summary>The command line against a real shimd.</summary>
[Collection(ShimdCollection.Name)]
public class ShimctlTests(ShimdFixture fixture)
{
    private Shimd Daemon => fixture.Daemon;

    [Fact]
    public async Task Run_WhenAttached_ThenStreamsAndStatusAreTheContainers()
    {
        Command run = await RunAsync("", "echo out; echo err >&2; exit 3");

        Assert.Equal((3, "out\n", "err\n"), (run.Status, run.Output, run.Errors));
    }

    [Fact]
    public async Task Run_WhenDetachedAndItGoesWithItsExit_ThenNothingIsLeftOfIt()
    {
        string id = fixture.NewId();
        (await Daemon.ShimctlAsync(
            "run", "-d", "--rm", "--name", id, "--rootfs", Daemon.Rootfs, "-v", "/own", "sh", "-c", "echo x > /own/x; exit 2"))
            .Expect();

        await Eventually.BecomesAsync("", () => Traces.Of(Daemon, id), "the container is deleted");
        Assert.False(Directory.Exists(Path.Combine(Daemon.Root, "containers", id)));
    }

    [Fact]
    public async Task Run_WhenInputIsPiped_ThenTheProgramReadsItToItsEnd()
    {
        Command run = await Command.RunAsync(
            Repository.Shimctl,
            ["--socket", Daemon.Socket, "run", "--rm", "-i", "--rootfs", Daemon.Rootfs, "wc", "-c"],
            new string('x', 300_000),
            Command.Limit);

        Assert.Equal("300000\n", run.Expect().Output);
    }

    [Theory]
    [InlineData("/bin/nonexistent", 127)]
    [InlineData("/etc/passwd", 126)]
    public async Task Run_WhenTheProgramCannotRun_ThenDockersStatus(string program, int status)
    {
        string id = fixture.NewId();
        Command run = await Daemon.ShimctlAsync("run", "--rm", "--id", id, "--rootfs", Daemon.Rootfs, program);

        Assert.Equal(status, run.Status);
        Assert.Contains(program, run.Errors);
        Assert.Equal("", Traces.Of(Daemon, id));
    }

    [Fact]
    public async Task Run_WhenTheRootIsMissing_ThenOurStatusAndTheReason()
    {
        Command run = await Daemon.ShimctlAsync("run", "--rootfs", "/nonexistent-root", "true");

        Assert.Equal(125, run.Status);
        Assert.Contains("/nonexistent-root", run.Errors);
    }

    [Fact]
    public async Task Run_WhenASignalComes_ThenTheContainerGetsIt()
    {
        string id = fixture.NewId();
        using Process run = Command.Start(
            Repository.Shimctl, "--socket", Daemon.Socket, "run", "--rm", "--id", id, "--rootfs", Daemon.Rootfs,
            "sh", "-c", "trap 'echo caught; exit 9' TERM; echo ready; while :; do sleep 0.1; done");
        Assert.Equal("ready", await run.StandardOutput.ReadLineAsync().WaitAsync(Command.Limit));

        await Command.RunAsync("kill", run.Id.ToString(CultureInfo.InvariantCulture));

        Assert.Equal("caught", await run.StandardOutput.ReadLineAsync().WaitAsync(Command.Limit));
        await run.WaitForExitAsync().WaitAsync(Command.Limit);
        Assert.Equal(9, run.ExitCode);
    }

    [Fact]
    public async Task Run_WhenTheProgramIgnoresSignals_ThenTheThirdEndsTheCommandOnly()
    {
        string id = fixture.NewId();
        using Process run = Command.Start(
            Repository.Shimctl, "--socket", Daemon.Socket, "run", "--id", id, "--rootfs", Daemon.Rootfs,
            "sh", "-c", "trap 'echo no' TERM; echo ready; while :; do sleep 0.1; done");
        Assert.Equal("ready", await run.StandardOutput.ReadLineAsync().WaitAsync(Command.Limit));

        for (int i = 0; i < 2; i++)
        {
            await Command.RunAsync("kill", run.Id.ToString(CultureInfo.InvariantCulture));
            Assert.Equal("no", await run.StandardOutput.ReadLineAsync().WaitAsync(Command.Limit));
        }

        await Command.RunAsync("kill", run.Id.ToString(CultureInfo.InvariantCulture));
        await run.WaitForExitAsync().WaitAsync(Command.Limit);

        Assert.Equal(128 + 15, run.ExitCode);
        Assert.Contains("third signal", await run.StandardError.ReadToEndAsync(), StringComparison.Ordinal);
        Assert.Equal("RUNNING", Json(await Daemon.ShimctlAsync("--json", "inspect", id))["state"]!.GetValue<string>());
        (await Daemon.ShimctlAsync("delete", "-f", id)).Expect();
    }

    [Fact]
    public async Task Update_WhenNothingIsToChange_ThenFailsAndNamesTheOptions()
    {
        string id = await StartSleeperAsync();

        Command update = await Daemon.ShimctlAsync("update", id);

        Assert.NotEqual(0, update.Status);
        Assert.Contains("--memory", update.Errors);
        (await Daemon.ShimctlAsync("delete", "-f", id)).Expect();
    }

    [Fact]
    public async Task Exec_WhenTheContainerRuns_ThenItsStatusAndOutput()
    {
        string id = await StartSleeperAsync();

        Command exec =
            await Daemon.ShimctlAsync("exec", "-e", "A=b", "-w", "/tmp", id, "sh", "-c", "echo $A $(pwd); exit 5");
        Command missing = await Daemon.ShimctlAsync("exec", id, "nonexistent-program");

        Assert.Equal((5, "b /tmp\n"), (exec.Status, exec.Output));
        Assert.Equal(127, missing.Status);
        (await Daemon.ShimctlAsync("delete", "-f", id)).Expect();
    }

    [Fact]
    public async Task Verbs_WhenAContainerRuns_ThenTablesAndJsonTellIt()
    {
        string id = await StartSleeperAsync();

        Assert.Matches($@"{id} +running +\d+", (await Daemon.ShimctlAsync("list")).Expect().Output);
        Assert.Contains("sleep", (await Daemon.ShimctlAsync("ps", id)).Expect().Output);
        Assert.Contains(id, (await Daemon.ShimctlAsync("ps")).Expect().Output);
        Assert.Contains("running", (await Daemon.ShimctlAsync("inspect", id)).Expect().Output);
        Assert.Contains("KiB", (await Daemon.ShimctlAsync("stats", id)).Expect().Output);
        Assert.Contains(id, (await Daemon.ShimctlAsync("top", "--rounds", "2", "--interval", "100")).Expect().Output);
        Assert.Contains("kernel", (await Daemon.ShimctlAsync("info")).Expect().Output);
        Assert.Contains("/proc", (await Daemon.ShimctlAsync("explain", id)).Expect().Output);
        (await Daemon.ShimctlAsync("pause", id)).Expect();
        Assert.Contains("paused", (await Daemon.ShimctlAsync("list")).Expect().Output);
        (await Daemon.ShimctlAsync("resume", id)).Expect();
        (await Daemon.ShimctlAsync("update", "--pids-limit", "99", id)).Expect();
        Assert.Equal(
            "99", Json(await Daemon.ShimctlAsync("--json", "stats", id))["pids"]!["limit"]!.GetValue<string>());
        Assert.Equal("RUNNING", Json(await Daemon.ShimctlAsync("--json", "inspect", id))["state"]!.GetValue<string>());
        Assert.Equal("running", Json(await Daemon.ShimctlAsync("state", id))["status"]!.GetValue<string>());
        (await Daemon.ShimctlAsync("kill", id, "KILL")).Expect();
        Assert.Equal("137\n", (await Daemon.ShimctlAsync("wait", id)).Expect().Output);
        (await Daemon.ShimctlAsync("delete", id)).Expect();
        string events =
            (await Daemon.ShimctlAsync("events", "--after", "0", "--no-follow", "--container", id)).Expect().Output;
        Assert.Matches(@"(?s)/tasks/create.*/tasks/start.*/tasks/paused.*/tasks/resumed.*/tasks/exit.*status=137.*/tasks/delete", events);
    }

    [Fact]
    public async Task AVerb_WhenTheDaemonRefuses_ThenTheErrorIsReadableAndJsonIsJson()
    {
        Command plain = await Daemon.ShimctlAsync("start", "no-such-container");
        Command json = await Daemon.ShimctlAsync("--json", "start", "no-such-container");

        Assert.Equal(125, plain.Status);
        Assert.StartsWith("shimctl: start: ", plain.Errors, StringComparison.Ordinal);
        Assert.Contains("no-such-container", plain.Errors);
        JsonNode error = JsonNode.Parse(json.Errors)!["error"]!;
        Assert.Equal("NOT_FOUND", error["code"]!.GetValue<string>());
        Assert.Equal("UNKNOWN_TASK", error["reason"]!.GetValue<string>());
    }

    [Fact]
    public async Task AVerb_WhenThereIsNoDaemon_ThenItSaysWhatToDo()
    {
        Command list = await Command.RunAsync(Repository.Shimctl, "--socket", "/nonexistent/shimd.sock", "list");

        Assert.Equal(125, list.Status);
        Assert.Contains("shimd --socket", list.Errors);
    }

    private static JsonNode Json(Command command) => JsonNode.Parse(command.Expect().Output)!;

    private async Task<string> StartSleeperAsync()
    {
        string id = fixture.NewId();
        Command run = await Daemon.ShimctlAsync("run", "-d", "--id", id, "--rootfs", Daemon.Rootfs, "sleep", "1000");
        Assert.Equal(id + "\n", run.Expect().Output);
        return id;
    }

    private Task<Command> RunAsync(string flags, string script) => Daemon.ShimctlAsync(
        ["run", "--rm", .. flags.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--rootfs", Daemon.Rootfs, "sh", "-c", script]);
}
