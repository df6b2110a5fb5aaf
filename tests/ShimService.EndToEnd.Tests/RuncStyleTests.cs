using System.Text.Json.Nodes;

namespace ShimService.EndToEnd.Tests;

/// <summary>The runc-style verbs on bundles, without a shimd.</summary>
[Collection(ShimdCollection.Name)]
public class RuncStyleTests(ShimdFixture fixture)
{
    private string Root => Path.Combine(fixture.Daemon.Work, "runc-style");

    [Fact]
    public async Task Verbs_WhenUsedAsRuncs_ThenTheLifeOfAContainer()
    {
        string id = fixture.NewId();
        string output = Path.Combine(fixture.Daemon.Work, id + ".out");
        string pidFile = Path.Combine(fixture.Daemon.Work, id + ".pid");
        string bundle = Bundle.Write(
            fixture.Daemon, id + "-b", "/bin/sh", "-c", "echo started; trap 'exit 0' TERM; while :; do sleep 0.1; done");

        (await ShellAsync($"shimctl --root {Root} create --bundle {bundle} --pid-file {pidFile} {id} > {output} 2>&1 < /dev/null"))
            .Expect();
        JsonNode created = await StateAsync(id);
        Assert.Equal("created", created["status"]!.GetValue<string>());
        Assert.Equal(bundle, created["bundle"]!.GetValue<string>());
        Assert.Equal(await File.ReadAllTextAsync(pidFile), created["pid"]!.GetValue<int>().ToString());
        Assert.Equal("", await File.ReadAllTextAsync(output));

        (await VerbAsync("start", id)).Expect();
        await Eventually.BecomesAsync("started\n", () => File.ReadAllText(output), "output on our own descriptor");
        Assert.Equal("running", (await StateAsync(id))["status"]!.GetValue<string>());

        Command exec = await VerbAsync("exec", "--env", "A=b", id, "/bin/sh", "-c", "echo $A; echo no >&2; exit 6");
        Assert.Equal((6, "b\n", "no\n"), (exec.Status, exec.Output, exec.Errors));
        Assert.Equal(1, (await VerbAsync("delete", id)).Status);

        (await VerbAsync("kill", id, "TERM")).Expect();
        await Eventually.BecomesAsync(
            "stopped", async () => (await StateAsync(id))["status"]!.GetValue<string>(), "the container stops");
        Assert.Equal(1, (await VerbAsync("kill", id, "TERM")).Status);
        (await VerbAsync("delete", id)).Expect();

        Assert.Equal(1, (await VerbAsync("state", id)).Status);
        Directory.Delete(bundle, recursive: true);
        Assert.Equal("", Traces.Of(fixture.Daemon, id));
        Assert.False(Directory.Exists(Path.Combine(Root, id)));
    }

    [Fact]
    public async Task Create_WhenTheIdIsInUse_ThenItFailsAndTheFirstStays()
    {
        string id = fixture.NewId();
        string bundle = Bundle.Write(fixture.Daemon, id + "-b", "/bin/sleep", "1000");
        (await ShellAsync($"shimctl --root {Root} create --bundle {bundle} {id} < /dev/null > /dev/null 2>&1")).Expect();

        Command second = await VerbAsync("create", "--bundle", bundle, id);

        Assert.Equal(1, second.Status);
        Assert.Contains("already exists", second.Errors);
        Assert.Equal("created", (await StateAsync(id))["status"]!.GetValue<string>());
        (await VerbAsync("delete", "--force", id)).Expect();
        (await VerbAsync("delete", "--force", id)).Expect();
    }

    [Fact]
    public async Task Create_WhenTheProgramIsMissing_ThenItFailsAndLeavesNothing()
    {
        string id = fixture.NewId();
        string bundle = Bundle.Write(fixture.Daemon, id + "-b", "/bin/nonexistent");

        Command create = await VerbAsync("create", "--bundle", bundle, id);

        Assert.Equal(1, create.Status);
        Assert.Contains("/bin/nonexistent", create.Errors);
        Directory.Delete(bundle, recursive: true);
        Assert.False(Directory.Exists(Path.Combine(Root, id)));
        await Eventually.BecomesAsync("", () => Traces.Of(fixture.Daemon, id), "nothing of it is left");
    }

    [Fact]
    public async Task Create_WhenThereIsAConsoleSocket_ThenItGetsTheTerminalsMaster()
    {
        string id = fixture.NewId();
        string bundle = Bundle.Write(
            fixture.Daemon, id + "-b", WithTerminal, "/bin/sh", "-c", "tty; stty size");
        string socket = Path.Combine(fixture.Daemon.Work, id + ".console");
        Task<Command> receiver = Command.RunAsync(
            "/usr/bin/python3", Repository.In("tests/lib/clients/console_socket.py"), socket);
        await Eventually.BecomesAsync(true, () => File.Exists(socket), "the console socket listens");

        (await VerbAsync("create", "--bundle", bundle, "--console-socket", socket, id)).Expect();
        (await VerbAsync("start", id)).Expect();

        string output = (await receiver).Expect().Output;
        Assert.Contains("/dev/", output);
        (await VerbAsync("delete", "--force", id)).Expect();
    }

    [Fact]
    public async Task Verbs_WhenDescriptorsArePreserved_ThenTheProgramHasTheseAndNoOthers()
    {
        string id = fixture.NewId();
        string given = Path.Combine(fixture.Daemon.Work, id + ".given");
        string output = Path.Combine(fixture.Daemon.Work, id + ".out");
        await File.WriteAllTextAsync(given, "from the caller\n");
        string bundle = Bundle.Write(fixture.Daemon, id + "-b", "/bin/sh", "-c", "cat <&3; exec sleep 1000");
        string shell = $"exec 3<{given} 4</dev/null; shimctl --root {Root}";

        (await ShellAsync(
            $"{shell} create --preserve-fds 1 --bundle {bundle} {id} > {output} 2>&1 < /dev/null")).Expect();
        (await VerbAsync("start", id)).Expect();
        await Eventually.BecomesAsync("from the caller\n", () => File.ReadAllText(output), "output of what was given");
        Command exec = await ShellAsync($"{shell} exec --preserve-fds 2 {id} /bin/sh -c 'echo $(ls /proc/self/fd)'");
        Command plain = await ShellAsync($"{shell} exec {id} /bin/sh -c 'echo $(ls /proc/self/fd)'");
        Command refused = await ShellAsync($"{shell} exec --preserve-fds 3 {id} /bin/true");
        (await VerbAsync("delete", "--force", id)).Expect();
        Directory.Delete(bundle, recursive: true);

        // The last one is the directory that ls reads.
        Assert.Equal("0 1 2 3 4 5\n", exec.Expect().Output);
        Assert.Equal("0 1 2 3\n", plain.Expect().Output);
        Assert.Contains("was given no descriptor 5", refused.Errors);
    }

    private static void WithTerminal(JsonObject spec)
    {
        spec["process"]!["terminal"] = true;
        spec["mounts"]!.AsArray().Insert(2, new JsonObject
        {
            ["destination"] = "/dev/pts",
            ["type"] = "devpts",
            ["source"] = "devpts",
            ["options"] = new JsonArray("nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620"),
        });
    }

    [Fact]
    public async Task Verbs_WhenTheBundleHasHooks_ThenTheyRunAtTheirTimesAndAFailingOneUndoesTheCreate()
    {
        string id = fixture.NewId();
        string log = Path.Combine(fixture.Daemon.Work, id + ".hooks");
        string bundle = Bundle.Write(fixture.Daemon, id + "-b", spec => spec["hooks"] = new JsonObject
        {
            ["prestart"] = new JsonArray(Hook($"echo prestart >> {log}")),
            ["createContainer"] = new JsonArray(Hook($"echo createContainer $(hostname) >> {log}")),
            ["poststart"] = new JsonArray(Hook($"echo poststart >> {log}")),
            ["poststop"] = new JsonArray(Hook($"echo poststop >> {log}")),
        }, "/bin/sleep", "1000");
        (await ShellAsync($"shimctl --root {Root} create --bundle {bundle} {id} > /dev/null 2>&1 < /dev/null")).Expect();
        Assert.Equal("prestart\ncreateContainer bundle\n", await File.ReadAllTextAsync(log));
        (await VerbAsync("start", id)).Expect();
        (await VerbAsync("delete", "--force", id)).Expect();
        Assert.Equal("prestart\ncreateContainer bundle\npoststart\npoststop\n", await File.ReadAllTextAsync(log));

        string failing = Bundle.Write(fixture.Daemon, id + "-f", spec => spec["hooks"] = new JsonObject
        {
            ["createRuntime"] = new JsonArray(Hook("echo the reason >&2; exit 7")),
        }, "/bin/sleep", "1000");
        Command refused = await VerbAsync("create", "--bundle", failing, id);
        Assert.Equal(1, refused.Status);
        Assert.Contains("createRuntime hook 0 (/bin/sh): exit status 7, stderr: the reason", refused.Errors);
        Directory.Delete(bundle, recursive: true);
        Directory.Delete(failing, recursive: true);
        Assert.Equal("", Traces.Of(fixture.Daemon, id));
    }

    private static JsonObject Hook(string script) => new()
    {
        ["path"] = "/bin/sh",
        ["args"] = new JsonArray("sh", "-c", script),
        ["env"] = new JsonArray("PATH=/usr/bin:/bin"),
        ["timeout"] = 10,
    };

    private Task<Command> VerbAsync(params string[] arguments) =>
        Command.RunAsync(Repository.Shimctl, ["--root", Root, .. arguments]);

    private static Task<Command> ShellAsync(string line) => Command.RunAsync(
        "/bin/sh", "-c", line.Replace("shimctl", Repository.Shimctl, StringComparison.Ordinal));

    private async Task<JsonNode> StateAsync(string id) =>
        JsonNode.Parse((await VerbAsync("state", id)).Expect().Output)!;
}
