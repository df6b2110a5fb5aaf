using System.Globalization;
using System.Text.Json.Nodes;

namespace ShimService.EndToEnd.Tests;

/// <summary>
/// A container that may trace stops every exec's process when it first sees it, and looks what it could get by it.
/// </summary>
[Collection(ShimdCollection.Name)]
public class SpyTests(ShimdFixture fixture)
{
    private const int Execs = 1000;

    [Fact]
    public async Task Exec_WhenTheContainerMayTrace_ThenItGetsNothingItDoesNotHave()
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
        string[] last = lines[^1].Split(' ');
        Assert.Equal(["looked", "early"], [last[0], last[2]]);
        Assert.True(int.Parse(last[1], CultureInfo.InvariantCulture) > Execs / 2, lines[^1]);
        Assert.True(int.Parse(last[3], CultureInfo.InvariantCulture) > Execs / 20, lines[^1]);
        Assert.Empty(lines[..^1]);
    }
}
