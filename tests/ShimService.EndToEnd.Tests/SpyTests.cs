using System.Globalization;
using System.Text.Json.Nodes;

namespace ShimService.EndToEnd.Tests;

/// <summary>A container that may trace looks into every exec's child from its birth.</summary>
[Collection(ShimdCollection.Name)]
public class SpyTests(ShimdFixture fixture)
{
    private const int Execs = 1000;

    [Fact]
    public async Task Exec_WhenTheContainerMayTrace_ThenTheShimIsOutOfReach()
    {
        IndependentClient client = fixture.Client(ClientKind.Node);
        string id = fixture.NewId();
        string program = Path.Combine(fixture.Daemon.Rootfs, "spy");
        (await Command.RunAsync("gcc", "-O2", "-Wall", "-Werror", "-static", "-o", program,
            Repository.In("tests/ShimService.EndToEnd.Tests/Programs/spy.c"))).Expect();
        // The shim has it in memory, and its journal and log lie below it.
        string secret = Path.Combine(fixture.Daemon.State, "shims");
        var run = new JsonObject
        {
            ["id"] = id,
            ["config"] = new JsonObject
            {
                ["rootfs"] = new JsonObject { ["path"] = fixture.Daemon.Rootfs },
                ["args"] = new JsonArray("/spy", secret),
                ["security"] = new JsonObject { ["capabilitiesAdd"] = new JsonArray("SYS_PTRACE") },
            },
        };
        await client.CallAsync("Run", run.ToJsonString());

        for (int i = 0; i < Execs; i++)
        {
            await client.CallAsync("Exec", $$"""{"id":"{{id}}","args":["/bin/true"]}""");
        }

        await client.CallAsync("Kill", $$"""{"id":"{{id}}","signal":"SIGTERM"}""");
        JsonObject exit = await client.CallAsync("Wait", $$"""{"id":"{{id}}"}""");
        Command logs = (await fixture.Daemon.ShimctlAsync("logs", id)).Expect();
        await client.CallAsync("Delete", $$"""{"id":"{{id}}","force":true}""");
        Assert.Equal(0, exit["exitStatus"]?.GetValue<int>() ?? 0);
        string[] lines = logs.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.StartsWith("looked ", lines[^1], StringComparison.Ordinal);
        Assert.True(int.Parse(lines[^1][7..], CultureInfo.InvariantCulture) > Execs / 10, lines[^1]);
        Assert.Empty(lines[..^1]);
    }
}
