using ShimService.Contracts.V1;
using ShimService.Network.Tests.Harness;
using ShimService.Rpc;

namespace ShimService.Network.Tests.Kernel;

/// <summary>
/// kill -9 of the daemon: what was on networks stays on them, and what was on its way leaves nothing.
/// </summary>
[Collection(NetworkCollection.Name)]
public sealed class SurvivalTests(NetworkFixture fixture)
{
    private const int Rounds = 20;
    private const int Seed = 5;
    private const int LongestCreateMilliseconds = 60;

    private NetworkDaemon Daemon => fixture.Daemon;

    private World World => fixture.World;

    [Fact]
    public async Task Kill_WhenAContainerPublishes_ThenItAnswersAndItsLeaseAndPortsAreItsOwn()
    {
        var networking = BridgeTests.On("bridge");
        networking.Ports.Add(new PortMapping { HostPort = 8282, ContainerPort = 80 });
        var pid = await Daemon.RunAsync("stays", networking);
        await World.ServeAsync($"/proc/{pid}/ns/net", "tcp", "0.0.0.0", 80);
        var before = (await Daemon.GetAsync("stays")).Networks[0];

        await Daemon.KillAsync();

        Assert.NotEqual("", await World.AskAsync(World.Host, "tcp", "127.0.0.1", 8282));
        await Daemon.StartAgainAsync();
        Assert.Equal(before, (await Daemon.GetAsync("stays")).Networks[0]);
        Assert.NotEqual("", await World.AskAsync(World.Host, "tcp", "127.0.0.1", 8282));
        var sameAddress = BridgeTests.On("bridge");
        sameAddress.Networks[0].Ipv4Address = before.Ipv4Address.Split('/')[0];
        await Assert.ThrowsAsync<RpcException>(() => Daemon.RunAsync("thief", sameAddress));
        await Assert.ThrowsAsync<RpcException>(() => Daemon.RunAsync("thief", networking));
        await Daemon.DeleteAsync("stays");
        Assert.Equal("", await Daemon.TracesAsync());
    }

    [Fact]
    public async Task Kill_WhenInTheMiddleOfCreate_ThenTheNextStartLeavesNothingOfIt()
    {
        var random = new Random(Seed);
        for (var round = 0; round < Rounds; round++)
        {
            var networking = BridgeTests.On("bridge");
            networking.Ports.Add(new PortMapping { HostPort = 8383, ContainerPort = 80 });
            await Daemon.RememberShimsAsync();
            var running = Daemon.RunAsync("cut", networking);
            await Task.WhenAny(
                running, Task.Delay(TimeSpan.FromMilliseconds(random.NextDouble() * LongestCreateMilliseconds)));
            await Daemon.KillAsync();
            await Assert.ThrowsAnyAsync<Exception>(async () =>
            {
                await running;
                throw new OperationCanceledException();
            });

            await Daemon.StartAgainAsync();

            // Either it is there, whole, or it is not.
            if ((await Daemon.ListAsync()).Contains(NetworkDaemon.Named("cut")))
            {
                var task = await Daemon.GetAsync("cut");
                var address = Assert.Single(task.Networks).Ipv4Address;
                Assert.Contains(address, (await NetworkDaemon.InsideAsync(task.Pid, "ip", "addr")).Output, StringComparison.Ordinal);
                await Daemon.DeleteAsync("cut");
            }

            Assert.Equal("", await Daemon.TracesAsync());
        }
    }
}
