using System.Text.Json.Nodes;

namespace ShimService.EndToEnd.Tests;

/// <summary>
/// What a client may rely on, whatever engine runs its container: one suite over ours and over OCI runtimes. Where a
/// runtime tells its errors in words of its own, they are asked for the step and the subject.
/// </summary>
[Collection(ShimdCollection.Name)]
public class EngineConformanceTests(ShimdFixture fixture)
{
    public static TheoryData<string> All => Engines.Conforming;

    [Theory]
    [MemberData(nameof(All))]
    public async Task Run_WhenTheProgramExits_ThenStatusStreamsAndEventsTellIt(string engine)
    {
        IndependentClient client = fixture.Client(ClientKind.Node);
        string id = fixture.NewId();

        JsonObject run = await client.CallAsync("Run", Request(engine, id, "echo hi; echo oops >&2; exit 7"));
        JsonObject exit = await client.CallAsync("Wait", Me(id));
        string output = await Streams.LogsAsync(client, id, "STDOUT");
        string errors = await Streams.LogsAsync(client, id, "STDERR");
        JsonObject delete = await client.CallAsync("Delete", Me(id));

        Assert.True(run["pid"]!.GetValue<int>() > 1);
        Assert.Equal(7, exit["exitStatus"]!.GetValue<int>());
        Assert.Equal("hi\n", output);
        Assert.Equal("oops\n", errors);
        Assert.Equal(7, delete["exitStatus"]!.GetValue<int>());
        Assert.Equal(["create", "start", "exit", "delete"], await TopicsAsync(client, id));
        AssertNothingLeft(id);
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task Run_WhenTheConfigSaysSo_ThenTheProgramFindsIt(string engine)
    {
        (int status, string output) = await RunAsync(
            engine,
            "id -u; id -g; pwd; hostname; echo $A; cat /proc/self/status | grep NoNewPrivs; touch /x || echo sealed",
            """
            {"user":"1000:1001","cwd":"/tmp","hostname":"hal","env":["A=b"],
             "rootfs":{"path":"R","readonly":true},"security":{"noNewPrivileges":true}}
            """.Replace("\"R\"", $"\"{fixture.Daemon.Rootfs}\"", StringComparison.Ordinal));

        Assert.Equal(0, status);
        Assert.Equal("1000\n1001\n/tmp\nhal\nb\nNoNewPrivs:\t1\nsealed\n", output);
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task Run_WhenThereIsALot_ThenEveryByteIsThereInOrder(string engine)
    {
        (int status, string output) = await RunAsync(engine, "seq 1 50000");

        Assert.Equal(0, status);
        Assert.Equal(string.Concat(Enumerable.Range(1, 50000).Select(n => n + "\n")), output);
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task Run_WhenTheRootIsMadeOfLayers_ThenTheyAreMountedAndGone(string engine)
    {
        string id = fixture.NewId();
        string upper = Directory.CreateDirectory(Path.Combine(fixture.Daemon.Work, "layer-" + id)).FullName;
        await File.WriteAllTextAsync(Path.Combine(upper, "layered"), "from the layer\n");

        (int status, string output) = await RunAsync(
            engine, "cat /layered; echo written > /written && cat /written",
            $$$"""{"rootfs":{"layers":["{{{fixture.Daemon.Rootfs}}}","{{{upper}}}"]}}""");

        Assert.Equal(0, status);
        Assert.Equal("from the layer\nwritten\n", output);
        Assert.False(File.Exists(Path.Combine(upper, "written")), "the layer is its owner's");
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task Create_WhenGivenABundle_ThenEveryVerbWorksOnIt(string engine)
    {
        IndependentClient client = fixture.Client(ClientKind.Python);
        string id = fixture.NewId();
        string bundle = Bundle.Write(
            fixture.Daemon, id, spec => spec["linux"]!["cgroupsPath"] = "/shimservice/" + id,
            "/bin/sh", "-c", "trap 'exit 5' TERM; while :; do sleep 0.1; done");

        JsonObject created = await client.CallAsync(
            "Create", $$"""{"id":"{{id}}","bundle":"{{bundle}}","engine":"{{Name(engine)}}"}""");
        Assert.Equal("CREATED", await StateAsync(client, id));
        JsonObject started = await client.CallAsync("Start", Me(id));
        Assert.Equal(created["pid"]!.GetValue<int>(), started["pid"]!.GetValue<int>());
        Assert.Equal("RUNNING", await StateAsync(client, id));

        await client.CallAsync(
            "Exec", $$"""{"id":"{{id}}","execId":"e1","args":["/bin/sh","-c","echo $A; pwd; exit 3"],"env":["A=b"],"cwd":"/tmp"}""");
        Assert.Equal(3, await StatusAsync(client, id, "e1"));
        Assert.Equal("b\n/tmp\n", await Streams.LogsAsync(client, id, "STDOUT", "e1"));
        await client.CallAsync("Delete", $$"""{"id":"{{id}}","execId":"e1"}""");

        await client.CallAsync("Pause", Me(id));
        Assert.Equal("PAUSED", await StateAsync(client, id));
        await client.CallAsync("Resume", Me(id));
        Assert.Equal("RUNNING", await StateAsync(client, id));

        JsonArray processes = (await client.CallAsync("Pids", Me(id)))["processes"]!.AsArray();
        Assert.Contains(processes, one => one!["pid"]!.GetValue<int>() == started["pid"]!.GetValue<int>());
        JsonObject stats = await client.CallAsync("Stats", Me(id));
        Assert.True(ulong.Parse(stats["cpu"]!["usageNanoseconds"]!.GetValue<string>()) > 0);
        Assert.True(ulong.Parse(stats["memory"]!["usageBytes"]!.GetValue<string>()) > 0);
        Assert.True(ulong.Parse(stats["pids"]!["current"]!.GetValue<string>()) >= 1);

        await client.CallAsync("Kill", $$"""{"id":"{{id}}","signal":"SIGTERM"}""");
        Assert.Equal(5, await StatusAsync(client, id));
        Assert.Equal("STOPPED", await StateAsync(client, id));
        await client.CallAsync("Delete", Me(id));
        await client.FailAsync("NOT_FOUND", "Get", Me(id));
        Assert.True(File.Exists(Path.Combine(bundle, "config.json")), "a bundle is the caller's and stays");
        Directory.Delete(bundle, recursive: true);
        AssertNothingLeft(id);
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task Kill_WhenTheContainerIsNotStartedYet_ThenItEndsAndCanBeDeleted(string engine)
    {
        IndependentClient client = fixture.Client(ClientKind.Node);
        string id = fixture.NewId();
        await client.CallAsync("Create", Request(engine, id, "exec sleep 1000"));

        await client.CallAsync("Kill", $$"""{"id":"{{id}}","signal":"SIGTERM"}""");

        Assert.Equal(137, await StatusAsync(client, id));
        await client.CallAsync("Delete", Me(id));
        AssertNothingLeft(id);
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task Kill_WhenTheContainerIsPaused_ThenItDies(string engine)
    {
        IndependentClient client = fixture.Client(ClientKind.Python);
        string id = fixture.NewId();
        await client.CallAsync("Run", Request(engine, id, "while :; do sleep 0.1; done"));
        await client.CallAsync("Pause", Me(id));

        await client.CallAsync("Kill", $$"""{"id":"{{id}}","signal":9,"all":true}""");

        Assert.Equal(137, await StatusAsync(client, id));
        await client.CallAsync("Delete", Me(id));
        AssertNothingLeft(id);
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task Delete_WhenForcedWithProcessesOfTheHostsNamespace_ThenAllAreGone(string engine)
    {
        IndependentClient client = fixture.Client(ClientKind.Node);
        string id = fixture.NewId();
        await client.CallAsync("Run", Request(
            engine, id, "sleep 1000 & sleep 1000 & wait", """{"namespaces":{"pid":"host"}}"""));
        await Eventually.BecomesAsync(
            3, async () => (await client.CallAsync("Pids", Me(id)))["processes"]!.AsArray().Count, "all three run");

        await client.CallAsync("Delete", $$"""{"id":"{{id}}","force":true}""");

        AssertNothingLeft(id);
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task Exec_WhenInitExitsFirst_ThenTheExecsExitIsToldBefore(string engine)
    {
        IndependentClient client = fixture.Client(ClientKind.Python);
        string id = fixture.NewId();
        await client.CallAsync("Run", Request(engine, id, "exec sleep 1000"));
        await client.CallAsync("Exec", $$"""{"id":"{{id}}","execId":"x","args":["sleep","1000"]}""");
        await client.CallAsync("Exec", $$"""{"id":"{{id}}","execId":"y","args":["sleep","1000"]}""");

        await client.CallAsync("Kill", $$"""{"id":"{{id}}","execId":"y","signal":"SIGTERM"}""");
        Assert.Equal(143, await StatusAsync(client, id, "y"));
        await client.CallAsync("Kill", $$"""{"id":"{{id}}","signal":"SIGKILL"}""");

        Assert.Equal(137, await StatusAsync(client, id));
        Assert.Equal(137, await StatusAsync(client, id, "x"));
        await client.CallAsync("Delete", Me(id));
        List<string> topics = await TopicsAsync(client, id);
        Assert.Equal(["create", "start"], topics.Take(2));
        Assert.Equal(["exit x", "exit", "delete"], topics.TakeLast(3));
        Assert.Equal(1, topics.Count(topic => topic == "exit y"));
        AssertNothingLeft(id);
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task Exec_WhenStdinIsFed_ThenTheProcessReadsItToItsEnd(string engine)
    {
        string id = fixture.NewId();
        await fixture.Client(ClientKind.Node).CallAsync("Run", Request(engine, id, "exec sleep 1000"));

        Command exec = await Command.RunAsync(
            Repository.Shimctl, ["--socket", fixture.Daemon.Socket, "exec", "-i", id, "sh", "-c", "cat; echo over >&2; exit 9"],
            input: "one\ntwo\n", Command.Limit);

        Assert.Equal(9, exec.Status);
        Assert.Equal("one\ntwo\n", exec.Output);
        Assert.Equal("over\n", exec.Errors);
        await fixture.Client(ClientKind.Node).CallAsync("Delete", $$"""{"id":"{{id}}","force":true}""");
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task Attach_WhenStdinIsClosed_ThenTheProgramSeesItsEnd(string engine)
    {
        IndependentClient client = fixture.Client(ClientKind.Node);
        string id = fixture.NewId();
        await client.CallAsync("Create", Request(engine, id, "cat; exit 6", """{"openStdin":true}"""));
        ClientCall attach = await client.OpenAsync("Attach", $$"""{"id":"{{id}}","withLog":true}""");
        await client.CallAsync("Start", Me(id));

        await attach.SendAsync($$"""{"stdin":"{{Convert.ToBase64String("one\n"u8)}}","closeStdin":true}""");

        Assert.Equal("one\n", Streams.Text(await attach.AllAsync(), "STDOUT"));
        Assert.Equal(6, await StatusAsync(client, id));
        await client.CallAsync("Delete", Me(id));
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task Run_WhenThereIsATerminal_ThenItIsTheProgramsAndHasItsSize(string engine)
    {
        IndependentClient client = fixture.Client(ClientKind.Python);
        string id = fixture.NewId();
        await client.CallAsync("Run", Request(
            engine, id, "tty; read line; echo got $line; stty size", """{"terminal":true,"openStdin":true}"""));
        ClientCall attach = await client.OpenAsync("Attach", $$"""{"id":"{{id}}","withLog":true}""");
        await Streams.UntilAsync(attach, "/dev/");
        await client.CallAsync("ResizePty", $$"""{"id":"{{id}}","width":100,"height":40}""");
        await attach.SendAsync($$"""{"stdin":"{{Convert.ToBase64String("me\n"u8)}}"}""");

        string text = Streams.Text(await attach.AllAsync(), "");

        Assert.Contains("got me\r\n40 100\r\n", text);
        Assert.Equal(0, await StatusAsync(client, id));
        await client.CallAsync("Delete", Me(id));
        AssertNothingLeft(id);
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task Exec_WhenThereIsATerminal_ThenItIsTheProcesss(string engine)
    {
        IndependentClient client = fixture.Client(ClientKind.Node);
        string id = fixture.NewId();
        await client.CallAsync("Run", Request(engine, id, "exec sleep 1000"));

        await client.CallAsync("Exec", $$"""{"id":"{{id}}","execId":"t","args":["sh","-c","tty; exit 4"],"terminal":true}""");

        Assert.Equal(4, await StatusAsync(client, id, "t"));
        Assert.Matches("^/dev/(pts/[0-9]+|console)\r\n$", await Streams.LogsAsync(client, id, "STDOUT", "t"));
        await client.CallAsync("Delete", $$"""{"id":"{{id}}","force":true}""");
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task Create_WhenTheProgramIsMissing_ThenItSaysSoAndLeavesNothing(string engine)
    {
        IndependentClient client = fixture.Client(ClientKind.Node);
        string id = fixture.NewId();

        ClientException error = await Assert.ThrowsAsync<ClientException>(
            () => client.CallAsync("Create", Request(engine, id, "", """{"args":["/bin/nonexistent"]}""")));

        AssertTold(engine, error, "create", "/bin/nonexistent");
        await client.FailAsync("NOT_FOUND", "Get", Me(id));
        AssertNothingLeft(id);
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task Create_WhenAMountFails_ThenItSaysSoAndLeavesNothing(string engine)
    {
        IndependentClient client = fixture.Client(ClientKind.Python);
        string id = fixture.NewId();

        ClientException error = await Assert.ThrowsAsync<ClientException>(() => client.CallAsync("Create", Request(
            engine, id, "true",
            """{"mounts":[{"type":"tmpfs","source":"tmpfs","destination":"/mnt","options":["size=nonsense"]}]}""")));

        AssertTold(engine, error, "create", engine == Engines.Native ? "size=nonsense" : "mnt");
        AssertNothingLeft(id);
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task Exec_WhenTheProgramIsMissing_ThenItSaysSoAndTheContainerRunsOn(string engine)
    {
        IndependentClient client = fixture.Client(ClientKind.Node);
        string id = fixture.NewId();
        await client.CallAsync("Run", Request(engine, id, "exec sleep 1000"));

        ClientException error = await Assert.ThrowsAsync<ClientException>(
            () => client.CallAsync("Exec", $$"""{"id":"{{id}}","execId":"x1","args":["/bin/nonexistent"]}"""));

        AssertTold(engine, error, "exec", "/bin/nonexistent");
        Assert.Equal("RUNNING", await StateAsync(client, id));
        await client.CallAsync("Delete", $$"""{"id":"{{id}}","force":true}""");
        AssertNothingLeft(id);
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task Run_WhenMemoryIsHogged_ThenAnOomEventComesBeforeTheExit(string engine)
    {
        IndependentClient client = fixture.Client(ClientKind.Python);
        string id = fixture.NewId();
        await client.CallAsync("Run", Request(
            engine, id, "exec tail /dev/zero",
            """{"resources":{"memory":{"limitBytes":"25165824","swapLimitBytes":"25165824"}}}"""));

        Assert.Equal(137, await StatusAsync(client, id));
        JsonNode task = (await client.CallAsync("Get", Me(id)))["task"]!;
        Assert.True(task["oomKilled"]?.GetValue<bool>() ?? false, task.ToJsonString());
        await client.CallAsync("Delete", Me(id));
        Assert.Equal(["create", "start", "oom", "exit", "delete"], await TopicsAsync(client, id));
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task Update_WhenLimitsChange_ThenStatsShowThem(string engine)
    {
        IndependentClient client = fixture.Client(ClientKind.Node);
        string id = fixture.NewId();
        await client.CallAsync("Run", Request(
            engine, id, "exec sleep 1000",
            """{"resources":{"memory":{"limitBytes":"67108864"},"pids":{"limit":"50"}}}"""));
        JsonObject before = await client.CallAsync("Stats", Me(id));

        await client.CallAsync(
            "Update", $$$$"""{"id":"{{{{id}}}}","resources":{"memory":{"limitBytes":"134217728"},"pids":{"limit":"60"}}}""");

        JsonObject after = await client.CallAsync("Stats", Me(id));
        Assert.Equal(("67108864", "50"), (Limit(before, "memory", "limitBytes"), Limit(before, "pids", "limit")));
        Assert.Equal(("134217728", "60"), (Limit(after, "memory", "limitBytes"), Limit(after, "pids", "limit")));
        await client.CallAsync("Delete", $$"""{"id":"{{id}}","force":true}""");
        AssertNothingLeft(id);

        static string Limit(JsonObject stats, string of, string which) => stats[of]![which]!.GetValue<string>();
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task Checkpoint_WhenAsked_ThenItIsRefusedClearly(string engine)
    {
        IndependentClient client = fixture.Client(ClientKind.Node);
        string id = fixture.NewId();
        await client.CallAsync("Run", Request(engine, id, "exec sleep 1000"));

        ClientException error = await client.FailAsync("UNIMPLEMENTED", "Checkpoint", Me(id));

        Assert.Contains("heckpoint", error.Message);
        Assert.Equal("RUNNING", await StateAsync(client, id));
        await client.CallAsync("Delete", $$"""{"id":"{{id}}","force":true}""");
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task Kill_WhenItIsTheShim_ThenItsContainerIsEndedAndNothingIsLeft(string engine)
    {
        IndependentClient client = fixture.Client(ClientKind.Python);
        string id = fixture.NewId();
        JsonObject request = JsonNode.Parse(Request(engine, id, "exec sleep 1000"))!.AsObject();
        request["group"] = "own";
        await client.CallAsync("Run", request.ToJsonString());

        (await Command.RunAsync("kill", "-9", await ShimAsync(client, id))).Expect();

        Assert.Equal(137, await StatusAsync(client, id));
        Assert.Equal("STOPPED", await StateAsync(client, id));
        await client.CallAsync("Delete", Me(id));
        // The dead process is its new parent's to collect, in its own time.
        await Eventually.BecomesAsync("", () => Traces.Of(fixture.Daemon, id), "what is left");
    }

    private static string Me(string id) => $$"""{"id":"{{id}}"}""";

    private static async Task<string> StateAsync(IndependentClient client, string id) =>
        (await client.CallAsync("Get", Me(id)))["task"]!["state"]!.GetValue<string>();

    private static async Task<int> StatusAsync(IndependentClient client, string id, string exec = "") =>
        (await client.CallAsync("Wait", $$"""{"id":"{{id}}","execId":"{{exec}}"}"""))["exitStatus"]?.GetValue<int>() ?? 0;

    private static async Task<string> ShimAsync(IndependentClient client, string id)
    {
        JsonObject info = await client.CallAsync("shimservice.v1.SystemService/Info", "{}");
        JsonNode shim = info["shims"]!.AsArray().Single(one => one!["group"]?.GetValue<string>() == "own:" + id)!;
        return shim["pid"]!.GetValue<int>().ToString();
    }

    /// <summary>In order up to the delete: "exit" of init, "exit x" of an exec.</summary>
    private static async Task<List<string>> TopicsAsync(IndependentClient client, string id)
    {
        ClientCall watch = await client.OpenAsync(
            "shimservice.v1.EventService/Watch", $$"""{"afterSequence":"0","containerIds":["{{id}}"]}""");
        var topics = new List<string>();
        while (topics.LastOrDefault() != "delete")
        {
            JsonObject one = await watch.NextAsync();
            string topic = one["topic"]!.GetValue<string>()["/tasks/".Length..];
            topics.Add($"{topic} {one["execId"]?.GetValue<string>()}".TrimEnd());
        }

        await watch.CancelAsync();
        return topics;
    }

    private static void AssertTold(string engine, ClientException error, string verb, string subject)
    {
        Assert.Equal("LAUNCH_FAILED", error.Reason);
        Assert.NotEqual("", error.Metadata("step"));
        Assert.Contains(subject, error.Message);
        if (engine != Engines.Native)
        {
            Assert.Equal($"{engine} {verb}", error.Metadata("step"));
        }
    }

    private void AssertNothingLeft(string id) => Assert.Equal("", Traces.Of(fixture.Daemon, id));

    private string Name(string engine) => engine == Engines.Native ? engine : fixture.Daemon.Engines[engine];

    private string Request(string engine, string id, string script, string more = "")
    {
        JsonObject request = JsonNode.Parse(fixture.Shell(id, script, more))!.AsObject();
        request["engine"] = Name(engine);
        return request.ToJsonString();
    }

    private async Task<(int Status, string Output)> RunAsync(string engine, string script, string more = "")
    {
        IndependentClient client = fixture.Client(ClientKind.Node);
        string id = fixture.NewId();
        await client.CallAsync("Run", Request(engine, id, script, more));
        int status = await StatusAsync(client, id);
        string output = await Streams.LogsAsync(client, id, "STDOUT");
        await client.CallAsync("Delete", Me(id));
        AssertNothingLeft(id);
        return (status, output);
    }
}
