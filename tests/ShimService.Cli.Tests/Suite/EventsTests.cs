using System.Diagnostics;
using System.Text.Json.Nodes;

namespace ShimService.Cli.Tests.Suite;

public sealed class EventsTests(SuiteRun suite) : IClassFixture<SuiteRun>
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Events_WhenStatsAreAskedFor_ThenOneLineOfMeasurements()
    {
        string id = await suite.StartAsync();

        Command events = (await suite.RunAsync("events", "--stats", id)).Expect();

        Assert.StartsWith($$"""{"type":"stats","id":"{{id}}","data":{""", events.Output, StringComparison.Ordinal);
        JsonNode data = JsonNode.Parse(Assert.Single(events.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)))!["data"]!;
        Assert.Equal(1UL, data["pids"]!["current"]!.GetValue<ulong>());
        Assert.Equal(100UL, data["pids"]!["limit"]!.GetValue<ulong>());
        Assert.Equal(134217728UL, data["memory"]!["usage"]!["limit"]!.GetValue<ulong>());
        Assert.True(data["cpu"]!["usage"]!["total"]!.GetValue<ulong>() > 0);
        await suite.DeleteAsync(id);
    }

    [Fact]
    public async Task Events_WhenAnIntervalIsTyped_ThenALineEachUntilTheContainerEnds()
    {
        string id = await suite.StartAsync();
        using Process events = Command.Start(
            Repository.Shimctl, "--root", suite.Root, "events", "--interval", "10ms", id);

        for (int i = 0; i < 3; i++)
        {
            string? line = await events.StandardOutput.ReadLineAsync().WaitAsync(Limit);
            Assert.StartsWith($$"""{"type":"stats","id":"{{id}}",""", line, StringComparison.Ordinal);
        }

        await suite.DeleteAsync(id);
        await events.StandardOutput.ReadToEndAsync().WaitAsync(Limit);
        await events.WaitForExitAsync().WaitAsync(Limit);
        Assert.Equal(0, events.ExitCode);
    }

    [Fact]
    public async Task Events_WhenTheMemoryKillerStrikes_ThenALineSaysSo()
    {
        string id = suite.NewId();
        string bundle = suite.Bundle(
            id, spec => spec["linux"]!["resources"]!["memory"]!["limit"] = 16 << 20,
            "/bin/sh", "-c", "read go < /tmp/go; x=$(head -c 64000000 /dev/zero | tr '\\0' x)");
        string config = Path.Combine(bundle, "config.json");
        JsonNode spec = JsonNode.Parse(await File.ReadAllTextAsync(config))!;
        string shared = Directory.CreateDirectory(suite.In(id + "-tmp")).FullName;
        spec["mounts"]![3]!["type"] = "bind";
        spec["mounts"]![3]!["source"] = shared;
        spec["mounts"]![3]!["options"] = new JsonArray("bind");
        await File.WriteAllTextAsync(config, spec.ToJsonString());
        (await Command.RunAsync("mkfifo", Path.Combine(shared, "go"))).Expect();
        (await suite.DetachAsync("create", "--bundle", bundle, id)).Expect();
        (await suite.RunAsync("start", id)).Expect();
        using Process events = Command.Start(Repository.Shimctl, "--root", suite.Root, "events", "--interval", "1h", id);
        await events.StandardOutput.ReadLineAsync().WaitAsync(Limit);

        await File.WriteAllTextAsync(Path.Combine(shared, "go"), "\n");

        string rest = await events.StandardOutput.ReadToEndAsync().WaitAsync(Limit);
        Assert.Contains($$"""{"type":"oom","id":"{{id}}"}""", rest, StringComparison.Ordinal);
        await suite.DeleteAsync(id);
    }

    [Fact]
    public async Task Events_WhenTheContainerHasStopped_ThenItIsNotRunning()
    {
        string id = await suite.StopAsync();

        Command events = await suite.RunAsync("events", "--stats", id);

        Assert.Equal(1, events.Status);
        Assert.Contains("is not running", events.Errors, StringComparison.Ordinal);
        await suite.DeleteAsync(id);
    }

    [Theory]
    [InlineData("0s")]
    [InlineData("five")]
    public async Task Events_WhenTheIntervalIsNone_ThenItIsRefused(string interval)
    {
        Command events = await suite.RunAsync("events", "--interval", interval, "any");

        Assert.Equal(1, events.Status);
        Assert.Contains("--interval " + interval, events.Errors, StringComparison.Ordinal);
    }
}
