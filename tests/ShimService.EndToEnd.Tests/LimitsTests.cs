using System.Text.Json.Nodes;

namespace ShimService.EndToEnd.Tests;

/// <summary>Limits that hold against a program that does its worst.</summary>
[Collection(ShimdCollection.Name)]
public class LimitsTests(ShimdFixture fixture)
{
    [Fact]
    public async Task Run_WhenAForkBombGoesOff_ThenThePidsLimitStopsIt()
    {
        IndependentClient client = fixture.Client(ClientKind.Python);
        string id = fixture.NewId();
        await client.CallAsync("Run", fixture.Shell(
            id, "bomb() { bomb | bomb & }; bomb; exec sleep 1000", """{"resources":{"pids":{"limit":"20"}}}"""));

        await Eventually.BecomesAsync(
            true,
            async () =>
            {
                JsonObject stats = await client.CallAsync("Stats", $$"""{"id":"{{id}}"}""");
                return ulong.Parse(stats["pids"]!["current"]!.GetValue<string>()) is > 1 and <= 20
                    && stats["pids"]!["limit"]!.GetValue<string>() == "20";
            },
            "the bomb is contained");

        // The host still makes processes, and ours go all at once.
        (await Command.RunAsync("true")).Expect();
        await client.CallAsync("Delete", $$"""{"id":"{{id}}","force":true}""");
        Assert.Equal("", Traces.Of(fixture.Daemon, id));
    }

    [Fact]
    public async Task Run_WhenMemoryIsHogged_ThenAnOomEventComesBeforeTheExit()
    {
        IndependentClient client = fixture.Client(ClientKind.Node);
        string id = fixture.NewId();
        ClientCall watch = await client.OpenAsync(
            "shimservice.v1.EventService/Watch", $$"""{"afterSequence":"0","containerIds":["{{id}}"]}""");

        await client.CallAsync("Run", fixture.Shell(
            id,
            "exec tail /dev/zero",
            """{"resources":{"memory":{"limitBytes":"16777216","swapLimitBytes":"16777216"}}}"""));
        JsonObject exit = await client.CallAsync("Wait", $$"""{"id":"{{id}}"}""");

        Assert.Equal(137, exit["exitStatus"]!.GetValue<int>());
        JsonNode task = (await client.CallAsync("Get", $$"""{"id":"{{id}}"}"""))["task"]!;
        Assert.True(task["oomKilled"]?.GetValue<bool>() ?? false, task.ToJsonString());
        await client.CallAsync("Delete", $$"""{"id":"{{id}}"}""");
        var topics = new List<string>();
        while (!topics.Contains("/tasks/delete"))
        {
            topics.Add((await watch.NextAsync())["topic"]!.GetValue<string>());
        }

        await watch.CancelAsync();
        Assert.Equal(["/tasks/create", "/tasks/start", "/tasks/oom", "/tasks/exit", "/tasks/delete"], topics);
    }

    [Fact]
    public async Task Run_WhenCpusAreLimited_ThenTheContainerIsThrottled()
    {
        IndependentClient client = fixture.Client(ClientKind.Node);
        string id = fixture.NewId();
        await client.CallAsync("Run", fixture.Shell(
            id, "while :; do :; done", """{"resources":{"cpu":{"cpus":0.1}}}"""));

        await Eventually.BecomesAsync(
            true,
            async () =>
            {
                JsonObject stats = await client.CallAsync("Stats", $$"""{"id":"{{id}}"}""");
                return ulong.Parse(stats["cpu"]!["throttledPeriods"]?.GetValue<string>() ?? "0") > 2;
            },
            "the container is throttled");
        await client.CallAsync("Delete", $$"""{"id":"{{id}}","force":true}""");
    }
}
