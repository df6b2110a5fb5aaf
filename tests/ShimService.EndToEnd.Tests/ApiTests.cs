using System.Text.Json.Nodes;

namespace ShimService.EndToEnd.Tests;

/// <summary>The API as a person types it, through clients that are not ours.</summary>
[Collection(ShimdCollection.Name)]
public class ApiTests(ShimdFixture fixture)
{
    [Theory]
    [InlineData(ClientKind.Node)]
    [InlineData(ClientKind.Python)]
    public async Task Run_WhenTheProgramExits_ThenWaitLogsAndDeleteTellIt(ClientKind kind)
    {
        IndependentClient client = fixture.Client(kind);
        string id = fixture.NewId();

        JsonObject run = await client.CallAsync("Run", fixture.Shell(id, "echo hi; echo oops >&2; exit 7"));
        JsonObject exit = await client.CallAsync("Wait", $$"""{"id":"{{id}}"}""");
        JsonObject again = await client.CallAsync("Wait", $$"""{"id":"{{id}}"}""");
        string output = await Streams.LogsAsync(client, id, "STDOUT");
        string errors = await Streams.LogsAsync(client, id, "STDERR");
        JsonObject delete = await client.CallAsync("Delete", $$"""{"id":"{{id}}"}""");

        Assert.True(run["pid"]!.GetValue<int>() > 1);
        Assert.Equal(7, exit["exitStatus"]!.GetValue<int>());
        Assert.Equal(7, again["exitStatus"]!.GetValue<int>());
        Assert.InRange(DateTimeOffset.Parse(exit["exitedAt"]!.GetValue<string>()),
            DateTimeOffset.UtcNow.AddMinutes(-1), DateTimeOffset.UtcNow.AddMinutes(1));
        Assert.Equal("hi\n", output);
        Assert.Equal("oops\n", errors);
        Assert.Equal(7, delete["exitStatus"]!.GetValue<int>());
        Assert.Equal("", Traces.Of(fixture.Daemon, id));
    }

    [Theory]
    [InlineData(ClientKind.Node)]
    [InlineData(ClientKind.Python)]
    public async Task Create_WhenGivenABundle_ThenEveryVerbWorksOnIt(ClientKind kind)
    {
        IndependentClient client = fixture.Client(kind);
        string id = fixture.NewId();
        string me = $$"""{"id":"{{id}}"}""";
        string bundle =
            Bundle.Write(fixture.Daemon, id, "/bin/sh", "-c", "trap 'exit 5' TERM; while :; do sleep 0.1; done");

        JsonObject created = await client.CallAsync("Create", $$"""{"id":"{{id}}","bundle":"{{bundle}}"}""");
        Assert.Equal("CREATED", await StateAsync(client, id));
        JsonObject started = await client.CallAsync("Start", me);
        Assert.Equal(created["pid"]!.GetValue<int>(), started["pid"]!.GetValue<int>());
        Assert.Equal("RUNNING", await StateAsync(client, id));

        JsonObject exec = await client.CallAsync(
            "Exec", $$"""{"id":"{{id}}","execId":"e1","args":["/bin/sh","-c","echo $A; pwd; exit 3"],"env":["A=b"],"cwd":"/tmp"}""");
        JsonObject execExit = await client.CallAsync("Wait", $$"""{"id":"{{id}}","execId":"e1"}""");
        Assert.Equal("e1", exec["execId"]!.GetValue<string>());
        Assert.Equal(3, execExit["exitStatus"]!.GetValue<int>());
        Assert.Equal("b\n/tmp\n", await Streams.LogsAsync(client, id, "STDOUT", "e1"));

        JsonNode task = (await client.CallAsync("Get", me))["task"]!;
        Assert.Equal(id, task["id"]!.GetValue<string>());
        Assert.Equal(started["pid"]!.GetValue<int>(), task["pid"]!.GetValue<int>());
        Assert.NotNull(task["createdAt"]);
        Assert.NotNull(task["startedAt"]);
        Assert.Equal("e1", Assert.Single(task["execs"]!.AsArray())!["execId"]!.GetValue<string>());
        await client.CallAsync("Delete", $$"""{"id":"{{id}}","execId":"e1"}""");

        await client.CallAsync("Pause", me);
        Assert.Equal("PAUSED", await StateAsync(client, id));
        await client.CallAsync("Resume", me);
        Assert.Equal("RUNNING", await StateAsync(client, id));

        JsonArray processes = (await client.CallAsync("Pids", me))["processes"]!.AsArray();
        Assert.Contains(processes, one => one!["pid"]!.GetValue<int>() == started["pid"]!.GetValue<int>());
        JsonObject stats = await client.CallAsync("Stats", me);
        Assert.True(ulong.Parse(stats["cpu"]!["usageNanoseconds"]!.GetValue<string>()) > 0);
        Assert.True(ulong.Parse(stats["memory"]!["usageBytes"]!.GetValue<string>()) > 0);
        Assert.True(ulong.Parse(stats["pids"]!["current"]!.GetValue<string>()) >= 1);
        Assert.Contains(
            (await client.CallAsync("List", "{}"))["tasks"]!.AsArray(), one => one!["id"]!.GetValue<string>() == id);

        await client.CallAsync("Kill", $$"""{"id":"{{id}}","signal":"SIGTERM"}""");
        JsonObject exit = await client.CallAsync("Wait", me);
        Assert.Equal(5, exit["exitStatus"]!.GetValue<int>());
        Assert.Equal("STOPPED", await StateAsync(client, id));
        await client.CallAsync("Delete", me);
        await client.FailAsync("NOT_FOUND", "Get", me);
        Assert.True(File.Exists(Path.Combine(bundle, "config.json")), "a bundle is the caller's and stays");
    }

    [Theory]
    [InlineData(ClientKind.Node)]
    [InlineData(ClientKind.Python)]
    public async Task Kill_WhenSignalIsANumber_ThenTheStatusIs128More(ClientKind kind)
    {
        IndependentClient client = fixture.Client(kind);
        string id = fixture.NewId();
        await client.CallAsync("Run", fixture.Shell(id, "exec sleep 1000"));

        await client.CallAsync("Kill", $$"""{"id":"{{id}}","signal":9,"all":true}""");

        JsonObject exit = await client.CallAsync("Wait", $$"""{"id":"{{id}}"}""");
        Assert.Equal(137, exit["exitStatus"]!.GetValue<int>());
        await client.CallAsync("Delete", $$"""{"id":"{{id}}"}""");
    }

    [Theory]
    [InlineData(ClientKind.Node)]
    [InlineData(ClientKind.Python)]
    public async Task Watch_WhenSequenceIsZero_ThenTheOrderOfAContainersEventsIsKept(ClientKind kind)
    {
        IndependentClient client = fixture.Client(kind);
        string id = fixture.NewId();
        await client.CallAsync("Run", fixture.Shell(id, "exit 4"));
        await client.CallAsync("Wait", $$"""{"id":"{{id}}"}""");
        await client.CallAsync("Delete", $$"""{"id":"{{id}}"}""");

        ClientCall watch = await client.OpenAsync(
            "shimservice.v1.EventService/Watch", $$"""{"afterSequence":"0","containerIds":["{{id}}"]}""");
        var seen = new List<JsonObject>();
        while (seen.Count < 4)
        {
            seen.Add(await watch.NextAsync());
        }

        await watch.CancelAsync();
        Assert.Equal(
            ["/tasks/create", "/tasks/start", "/tasks/exit", "/tasks/delete"],
            seen.Select(one => one["topic"]!.GetValue<string>()));
        Assert.Equal(4, seen[2]["exitStatus"]!.GetValue<int>());
        Assert.All(seen, one => Assert.Equal(id, one["containerId"]!.GetValue<string>()));
        Assert.True(seen.Select(one => ulong.Parse(one["sequence"]!.GetValue<string>())).Order()
            .SequenceEqual(seen.Select(one => ulong.Parse(one["sequence"]!.GetValue<string>()))));
    }

    [Theory]
    [InlineData(ClientKind.Node, "v1")]
    [InlineData(ClientKind.Node, "v1alpha")]
    [InlineData(ClientKind.Python, "v1")]
    [InlineData(ClientKind.Python, "v1alpha")]
    public async Task Reflection_WhenServicesAreListed_ThenGrpcurlsListWorks(ClientKind kind, string version)
    {
        ClientCall call = await fixture.Client(kind).OpenAsync(
            $"grpc.reflection.{version}.ServerReflection/ServerReflectionInfo", """{"listServices":""}""", 20);
        JsonObject answer = await call.NextAsync();
        await call.DoneAsync();

        var names =
            answer["listServicesResponse"]!["service"]!.AsArray().Select(one => one!["name"]!.GetValue<string>());
        Assert.Superset(
            new HashSet<string>
            {
                "shimservice.v1.TaskService", "shimservice.v1.EventService", "shimservice.v1.SystemService",
                "grpc.health.v1.Health",
            },
            names.ToHashSet());
    }

    [Theory]
    [InlineData(ClientKind.Node)]
    [InlineData(ClientKind.Python)]
    public async Task Health_WhenServing_ThenItSaysSo(ClientKind kind)
    {
        JsonObject answer = await fixture.Client(kind).CallAsync("grpc.health.v1.Health/Check", "{}");

        Assert.Equal("SERVING", answer["status"]!.GetValue<string>());
    }

    [Theory]
    [InlineData(ClientKind.Node)]
    [InlineData(ClientKind.Python)]
    public async Task Info_WhenAsked_ThenHostAndShimsAreDescribed(ClientKind kind)
    {
        JsonObject info = await fixture.Client(kind).CallAsync("shimservice.v1.SystemService/Info", "{}");
        JsonObject version = await fixture.Client(kind).CallAsync("shimservice.v1.SystemService/Version", "{}");

        Assert.Equal(Environment.ProcessorCount, info["cpus"]!.GetValue<int>());
        Assert.Contains(info["cgroupLayout"]!.GetValue<string>(), new[] { "v1", "v2", "hybrid" });
        Assert.NotEqual("", version["version"]!.GetValue<string>());
    }

    [Theory]
    [InlineData(ClientKind.Node)]
    [InlineData(ClientKind.Python)]
    public async Task Explain_WhenGivenAConfig_ThenTheStepsAreNamedAndNothingIsMade(ClientKind kind)
    {
        string request = $$$"""{"config":{"rootfs":{"path":"{{{fixture.Daemon.Rootfs}}}"},"args":["/bin/true"]}}""";

        JsonObject plan = await fixture.Client(kind).CallAsync("Explain", request);

        JsonArray steps = plan["steps"]!.AsArray();
        Assert.Contains(steps, step => step!["name"]!.GetValue<string>().Contains("/proc", StringComparison.Ordinal));
        Assert.All(steps, step => Assert.NotEqual("", step!["call"]!.GetValue<string>()));
        Assert.Contains("\"ociVersion\"", plan["specJson"]!.GetValue<string>());
    }

    [Fact]
    public async Task WatchStats_WhenWatched_ThenMeasurementsKeepComing()
    {
        IndependentClient client = fixture.Client(ClientKind.Node);
        string id = fixture.NewId();
        await client.CallAsync("Run", fixture.Shell(id, "exec sleep 1000"));

        ClientCall watch = await client.OpenAsync("WatchStats", $$"""{"id":"{{id}}","intervalMilliseconds":100}""");
        JsonObject first = await watch.NextAsync();
        JsonObject second = await watch.NextAsync();
        await watch.CancelAsync();

        Assert.NotEqual(first["timestamp"]!.GetValue<string>(), second["timestamp"]!.GetValue<string>());
        await client.CallAsync("Delete", $$"""{"id":"{{id}}","force":true}""");
    }

    [Fact]
    public async Task Update_WhenTheMemoryLimitChanges_ThenStatsShowIt()
    {
        IndependentClient client = fixture.Client(ClientKind.Node);
        string id = fixture.NewId();
        await client.CallAsync("Run", fixture.Shell(id, "exec sleep 1000", """{"resources":{"memory":{"limitBytes":"67108864"}}}"""));
        Assert.Equal("67108864", await LimitAsync());

        await client.CallAsync(
            "Update", $$$$"""{"id":"{{{{id}}}}","resources":{"memory":{"limitBytes":"134217728"}}}""");

        Assert.Equal("134217728", await LimitAsync());
        await client.CallAsync("Delete", $$"""{"id":"{{id}}","force":true}""");

        async Task<string> LimitAsync() =>
            (await client.CallAsync("Stats", $$"""{"id":"{{id}}"}"""))["memory"]!["limitBytes"]!.GetValue<string>();
    }

    private static async Task<string> StateAsync(IndependentClient client, string id) =>
        (await client.CallAsync("Get", $$"""{"id":"{{id}}"}"""))["task"]!["state"]!.GetValue<string>();
}
