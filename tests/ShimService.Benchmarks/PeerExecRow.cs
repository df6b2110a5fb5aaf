namespace ShimService.Benchmarks;

/// <summary>An exec in a container that idles, by another runtime's command.</summary>
internal sealed class PeerExecRow : IRow
{
    private readonly string _runtime;
    private readonly string _work;
    private readonly LineRow _exec;

    private PeerExecRow(string runtime, string work)
    {
        _runtime = runtime;
        _work = work;
        _exec = Command($"{runtime} exec", "exec", Container, "/bin/true");
    }

    public string Name => _exec.Name;

    public string Holds => $"a {_runtime} process from fork to exit that executes /bin/true";

    private string Container => $"bench-exec-{_runtime}-{Environment.ProcessId}";

    public static async Task<PeerExecRow> StartAsync(
        string runtime, string work, string bundle, CancellationToken cancel)
    {
        var row = new PeerExecRow(runtime, work);
        await using LineRow run =
            row.Command($"{runtime} run -d", "run", "--detach", "--bundle", bundle, row.Container);
        await run.LaunchAsync(row.Container, cancel);
        return row;
    }

    public Task<long> LaunchAsync(string id, CancellationToken cancel) => _exec.LaunchAsync(id, cancel);

    public async ValueTask DisposeAsync()
    {
        await _exec.DisposeAsync();
        await using LineRow delete = Command($"{_runtime} delete", "delete", "--force", Container);
        await delete.LaunchAsync(Container, CancellationToken.None);
    }

    private LineRow Command(string name, params string[] words) => new(
        name, "", Path.Combine(_work, "spawn"), [_runtime, "--root", Path.Combine(_work, _runtime), .. words]);
}
