using System.Text.Json.Nodes;

namespace ShimService.EndToEnd.Tests.Harness;

/// <summary>
/// One shimd and one client of each kind for all tests of the collection, which run one after another.
/// </summary>
public sealed class ShimdFixture : IAsyncLifetime
{
    private readonly Dictionary<ClientKind, IndependentClient> _clients = [];
    private int _lastId;

    internal Shimd Daemon { get; private set; } = null!;

    internal IndependentClient Client(ClientKind kind) => _clients[kind];

    public async Task InitializeAsync()
    {
        Daemon = await Shimd.StartAsync();
        foreach (ClientKind kind in Enum.GetValues<ClientKind>())
        {
            _clients[kind] = await IndependentClient.StartAsync(kind, Daemon.Socket);
        }
    }

    public async Task DisposeAsync()
    {
        foreach (IndependentClient client in _clients.Values)
        {
            await client.DisposeAsync();
        }

        await Daemon.DisposeAsync();
    }

    /// <summary>An id that no other test uses.</summary>
    public string NewId() => $"e2e-{Environment.ProcessId}-{Interlocked.Increment(ref _lastId)}";

    /// <summary>
    /// A request for a shell command in the busybox root; more fields of config may be given as JSON.
    /// </summary>
    public string Shell(string id, string script, string more = "")
    {
        var request = new JsonObject
        {
            ["id"] = id,
            ["config"] = new JsonObject
            {
                ["rootfs"] = new JsonObject { ["path"] = Daemon.Rootfs },
                ["args"] = new JsonArray("/bin/sh", "-c", script),
            },
        };
        if (more.Length > 0)
        {
            foreach ((string name, JsonNode? value) in JsonNode.Parse(more)!.AsObject())
            {
                request["config"]![name] = value?.DeepClone();
            }
        }

        return request.ToJsonString();
    }

    /// <summary>Runs a script to its end and answers what it wrote to stdout; the container is deleted.</summary>
    internal async Task<(int Status, string Output)> RunAsync(IndependentClient client, string script, string more = "")
    {
        string id = NewId();
        await client.CallAsync("Run", Shell(id, script, more));
        JsonObject exit = await client.CallAsync("Wait", $$"""{"id":"{{id}}"}""");
        string output = await Streams.LogsAsync(client, id, "STDOUT");
        await client.CallAsync("Delete", $$"""{"id":"{{id}}"}""");
        return (exit["exitStatus"]?.GetValue<int>() ?? 0, output);
    }
}
