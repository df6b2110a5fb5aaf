namespace ShimService.Network.Tests.Harness;

/// <summary>One world and one daemon for the tests of the collection, which run one after another.</summary>
public sealed class NetworkFixture : IAsyncLifetime
{
    internal World World { get; private set; } = null!;

    internal NetworkDaemon Daemon { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        World = await World.MakeAsync();
        Daemon = await NetworkDaemon.StartAsync(World);
    }

    public async Task DisposeAsync()
    {
        await Daemon.DisposeAsync();
        World.Dispose();
    }
}
