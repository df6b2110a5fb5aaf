using System.Text.Json.Nodes;

namespace ShimService.EndToEnd.Tests;

/// <summary>Many containers at once, and what is left of them.</summary>
[Collection(ShimdCollection.Name)]
public class ManyContainersTests(ShimdFixture fixture)
{
    private const int Containers = 200;
    private const int AtATime = 10;

    [Fact]
    public async Task Run_WhenTwoHundredRunTenAtATime_ThenEachHasItsFourEventsAndTheHostIsClean()
    {
        IndependentClient client = fixture.Client(ClientKind.Node);
        string prefix = fixture.NewId() + "-many-";

        await Parallel.ForAsync(0, Containers, new ParallelOptions { MaxDegreeOfParallelism = AtATime }, async (n, _) =>
        {
            string id = prefix + n;
            await client.CallAsync("Run", fixture.Shell(id, $"exit {n}"));
            JsonObject exit = await client.CallAsync("Wait", $$"""{"id":"{{id}}"}""");
            Assert.Equal(n % 256, exit["exitStatus"]?.GetValue<int>() ?? 0);
            await client.CallAsync("Delete", $$"""{"id":"{{id}}"}""");
        });

        JsonObject list = await client.CallAsync(
            "shimservice.v1.EventService/List", """{"afterSequence":"0","limit":1000000}""");
        ILookup<string, JsonNode> events = list["events"]!.AsArray()
            .Where(one => one!["containerId"]!.GetValue<string>().StartsWith(prefix, StringComparison.Ordinal))
            .ToLookup(one => one!["containerId"]!.GetValue<string>(), one => one!);
        Assert.Equal(Containers, events.Count);
        for (int n = 0; n < Containers; n++)
        {
            JsonNode[] own = [.. events[prefix + n]];
            Assert.Equal(
                ["/tasks/create", "/tasks/start", "/tasks/exit", "/tasks/delete"],
                own.Select(one => one["topic"]!.GetValue<string>()));
            Assert.Equal(n % 256, own[2]["exitStatus"]?.GetValue<int>() ?? 0);
        }

        Assert.Equal("", Traces.Of(fixture.Daemon, prefix));
    }
}
