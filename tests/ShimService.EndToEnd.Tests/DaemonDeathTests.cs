using System.Text.Json.Nodes;

namespace ShimService.EndToEnd.Tests;

/// <summary>kill -9 of shimd: the containers run on, and the next shimd knows all about them.</summary>
public class DaemonDeathTests
{
    private const int Containers = 20;

    [Fact]
    public async Task Kill_WhenTwentyContainersRun_ThenTheNextDaemonListsWaitsAndReplays()
    {
        await using Shimd daemon = await Shimd.StartAsync();
        string prefix = $"death-{Environment.ProcessId}-";
        await using (IndependentClient before = await IndependentClient.StartAsync(ClientKind.Node, daemon.Socket))
        {
            for (int n = 0; n < Containers; n++)
            {
                // Half of them end while there is no daemon.
                string script =
                    n % 2 == 0 ? $"while [ ! -e /gate/{n} ]; do sleep 0.05; done; exit {n}" : "exec sleep 1000";
                await before.CallAsync("Run", Request(daemon, prefix + n, script));
            }
        }

        int[] pids = [.. (await ListAsync(daemon)).Select(task => task["pid"]!.GetValue<int>())];
        await daemon.KillAsync();

        Assert.All(pids, pid => Assert.True(Directory.Exists($"/proc/{pid}"), "a container died with shimd"));
        for (int n = 0; n < Containers; n += 2)
        {
            await File.WriteAllTextAsync(Path.Combine(Gate(daemon), n.ToString()), "");
        }

        await Eventually.BecomesAsync(
            Containers / 2, () => pids.Count(pid => IsAlive(pid)), "half of the containers end by themselves");
        await daemon.StartAgainAsync();

        await using IndependentClient after = await IndependentClient.StartAsync(ClientKind.Python, daemon.Socket);
        List<JsonNode> tasks = await ListAsync(daemon);
        Assert.Equal(Containers, tasks.Count);
        Assert.Equal(pids.Order(), tasks.Select(task => task["pid"]!.GetValue<int>()).Order());
        for (int n = 1; n < Containers; n += 2)
        {
            await after.CallAsync("Kill", $$"""{"id":"{{prefix}}{{n}}","signal":"KILL"}""");
        }

        for (int n = 0; n < Containers; n++)
        {
            JsonObject exit = await after.CallAsync("Wait", $$"""{"id":"{{prefix}}{{n}}"}""");
            Assert.Equal(n % 2 == 0 ? n : 137, exit["exitStatus"]?.GetValue<int>() ?? 0);
            await after.CallAsync("Delete", $$"""{"id":"{{prefix}}{{n}}"}""");
        }

        JsonObject list = await after.CallAsync(
            "shimservice.v1.EventService/List", """{"afterSequence":"0","limit":100000}""");
        for (int n = 0; n < Containers; n++)
        {
            JsonNode[] own =
                [.. list["events"]!.AsArray().Select(one => one!).Where(one => one["containerId"]!.GetValue<string>() == prefix + n)];
            Assert.Equal(
                ["/tasks/create", "/tasks/start", "/tasks/exit", "/tasks/delete"],
                own.Select(one => one["topic"]!.GetValue<string>()));
            Assert.Equal(n % 2 == 0 ? n : 137, own[2]["exitStatus"]?.GetValue<int>() ?? 0);
        }

        Assert.Equal("", Traces.Of(daemon, prefix));
    }

    private static string Gate(Shimd daemon) => Directory.CreateDirectory(Path.Combine(daemon.Work, "gate")).FullName;

    private static bool IsAlive(int pid)
    {
        try
        {
            // The state stands after the command's name in brackets; Z has ended.
            string stat = File.ReadAllText($"/proc/{pid}/stat");
            return stat[stat.LastIndexOf(')') + 2] != 'Z';
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException or IOException)
        {
            return false;
        }
    }

    private static async Task<List<JsonNode>> ListAsync(Shimd daemon)
    {
        Command list = (await daemon.ShimctlAsync("--json", "list")).Expect();
        return [.. JsonNode.Parse(list.Output)!["tasks"]!.AsArray().Select(task => task!)];
    }

    private static string Request(Shimd daemon, string id, string script) => new JsonObject
    {
        ["id"] = id,
        ["config"] = new JsonObject
        {
            ["rootfs"] = new JsonObject { ["path"] = daemon.Rootfs },
            ["args"] = new JsonArray("/bin/sh", "-c", script),
            ["mounts"] = new JsonArray(new JsonObject
            {
                ["source"] = Gate(daemon), ["destination"] = "/gate", ["options"] = new JsonArray("rbind"),
            }),
        },
    }.ToJsonString();
}
