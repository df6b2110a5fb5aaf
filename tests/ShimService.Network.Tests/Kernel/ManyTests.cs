using ShimService.Network.Tests.Harness;

namespace ShimService.Network.Tests.Kernel;

/// <summary>Three hundred containers on one bridge.</summary>
[Collection(NetworkCollection.Name)]
public sealed class ManyTests(NetworkFixture fixture)
{
    private const int Containers = 300;
    private const int AtOnce = 8;

    [Fact]
    public async Task Run_WhenThreeHundredAreOnOneBridge_ThenEveryAddressIsUniqueAndNothingIsLeft()
    {
        var daemon = fixture.Daemon;
        string[] ids = [.. Enumerable.Range(0, Containers).Select(static number => $"many{number}")];
        using var few = new SemaphoreSlim(AtOnce);
        await EachAsync(id => daemon.RunAsync(id, BridgeTests.On("bridge")));

        var endpoints = await Task.WhenAll(ids.Select(async id => (await daemon.GetAsync(id)).Networks[0]));
        Assert.Equal(Containers, endpoints.Select(static endpoint => endpoint.Ipv4Address).Distinct().Count());
        Assert.Equal(Containers, endpoints.Select(static endpoint => endpoint.MacAddress).Distinct().Count());
        var (first, last) = (await daemon.GetAsync(ids[0]), endpoints[^1].Ipv4Address.Split('/')[0]);
        (await NetworkDaemon.InsideAsync(first.Pid, "busybox", "ping", "-c", "1", last)).Expect();

        await EachAsync(id => daemon.DeleteAsync(id));
        Assert.Equal("", await daemon.TracesAsync());

        Task EachAsync(Func<string, Task> work) => Task.WhenAll(ids.Select(async id =>
        {
            await few.WaitAsync();
            try
            {
                await work(id);
            }
            finally
            {
                few.Release();
            }
        }));
    }
}
