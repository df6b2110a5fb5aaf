namespace ShimService.Containerd.Tests.Harness;

/// <summary>A containerd of each release, started by the first test that wants it.</summary>
public sealed class Daemons : IAsyncLifetime
{
    private readonly Dictionary<Release, ContainerdDaemon> _running = [];

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (ContainerdDaemon one in _running.Values)
        {
            await one.DisposeAsync();
        }
    }

    internal async Task<ContainerdDaemon> OnAsync(Release release)
    {
        if (!_running.TryGetValue(release, out ContainerdDaemon? daemon))
        {
            daemon = await ContainerdDaemon.StartAsync(release);
            _running.Add(release, daemon);
        }

        return daemon;
    }
}
