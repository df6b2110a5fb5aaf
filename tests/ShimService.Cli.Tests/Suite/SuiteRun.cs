using System.Text.Json.Nodes;

namespace ShimService.Cli.Tests.Suite;

/// <summary>
/// What a suite written for runc has: a directory of bundles on a busybox root, a state directory, and the published
/// shimctl as its RUNTIME. Every container gets an id of its own, and none may be left.
/// </summary>
public sealed class SuiteRun : IAsyncLifetime
{
    private readonly string _name = "cli" + Guid.NewGuid().ToString("N")[..8];
    private int _lastId;

    public string Work { get; } = Directory.CreateTempSubdirectory("shimservice-cli.").FullName;

    public string Rootfs => Path.Combine(Work, "rootfs");

    public string Root => Path.Combine(Work, "state");

    public async Task InitializeAsync()
    {
        if (!File.Exists(Repository.Shimctl))
        {
            throw new InvalidOperationException(
                $"no published binaries in {Repository.Binaries}: deploy/publish.sh makes them");
        }

        (await Command.RunAsync(Repository.In("tests/lib/rootfs.sh"), Rootfs)).Expect();
    }

    public async Task DisposeAsync()
    {
        foreach (string id in Directory.Exists(Root) ? Directory.GetDirectories(Root) : [])
        {
            (await RunAsync("delete", "--force", Path.GetFileName(id))).Expect();
        }

        Directory.Delete(Work, recursive: true);
        Assert.Equal("", Left());
    }

    public string NewId() => $"{_name}-{Interlocked.Increment(ref _lastId)}";

    public string In(string name) => Path.Combine(Work, name);

    /// <summary>A verb whose output is ours alone: one that leaves no process behind.</summary>
    internal Task<Command> RunAsync(params string[] words) =>
        Command.RunAsync(Repository.Shimctl, ["--root", Root, .. words]);

    /// <summary>
    /// A verb that leaves a process with our streams: they are a file, whose content is the answer's output.
    /// </summary>
    internal async Task<Command> DetachAsync(params string[] words)
    {
        string file = In("out-" + Guid.NewGuid().ToString("N"));
        Command run = await Command.RunAsync(
            "/bin/sh", ["-c", "exec \"$@\" > \"$0\" 2>&1 < /dev/null", file, Repository.Shimctl, "--root", Root, .. words]);
        return run with { Output = await File.ReadAllTextAsync(file) };
    }

    /// <summary>A created container that sleeps.</summary>
    internal async Task<string> CreateAsync(Action<JsonObject>? change = null)
    {
        string id = NewId();
        string bundle = Bundle(id, change ?? (_ => { }), "/bin/sleep", "1000");
        (await DetachAsync("create", "--bundle", bundle, id)).Expect();
        return id;
    }

    /// <summary>The same, running.</summary>
    internal async Task<string> StartAsync(Action<JsonObject>? change = null)
    {
        string id = await CreateAsync(change);
        (await RunAsync("start", id)).Expect();
        return id;
    }

    /// <summary>A container that has ended.</summary>
    internal async Task<string> StopAsync()
    {
        string id = await StartAsync();
        (await RunAsync("kill", id, "KILL")).Expect();
        await BecomesAsync("stopped", id);
        return id;
    }

    internal Task BecomesAsync(string status, string id) =>
        Eventually.BecomesAsync(status, async () => Text(await StateAsync(id), "status"), $"{id} is {status}");

    internal async Task<JsonNode> StateAsync(string id) =>
        JsonNode.Parse((await RunAsync("state", id)).Expect().Output)!;

    internal async Task DeleteAsync(string id) => (await RunAsync("delete", "--force", id)).Expect();

    /// <returns>The bundle's directory.</returns>
    internal string Bundle(string name, Action<JsonObject> change, params string[] args)
    {
        string directory = In("bundle-" + name);
        Directory.CreateDirectory(directory);
        JsonObject spec = SuiteSpec.Of(Rootfs, name, args);
        change(spec);
        File.WriteAllText(Path.Combine(directory, "config.json"), spec.ToJsonString());
        return directory;
    }

    internal static string Text(JsonNode node, string name) => node[name]!.GetValue<string>();

    /// <summary>Control groups and mounts of our containers; empty when nothing is left.</summary>
    private string Left() => string.Join('\n', [
        .. Directory.EnumerateDirectories("/sys/fs/cgroup", "*" + _name + "*", new EnumerationOptions
        {
            RecurseSubdirectories = true, IgnoreInaccessible = true, AttributesToSkip = FileAttributes.ReparsePoint,
        }),
        .. File.ReadLines("/proc/self/mountinfo").Where(line => line.Contains(Work, StringComparison.Ordinal)),
    ]);
}
