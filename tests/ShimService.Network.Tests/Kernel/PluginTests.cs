using ShimService.Contracts.V1;
using ShimService.Network.Tests.Harness;
using ShimService.Rpc;

namespace ShimService.Network.Tests.Kernel;

/// <summary>Networks that CNI plugins make: Debian's bridge, host-local and portmap.</summary>
[Collection(NetworkCollection.Name)]
public sealed class PluginTests(NetworkFixture fixture)
{
    private NetworkDaemon Daemon => fixture.Daemon;

    private World World => fixture.World;

    [Fact]
    public async Task Run_WhenPluginsMakeTheNetwork_ThenItsResultIsShownItsPortAnswersAndDeleteCleansUp()
    {
        var data = Path.Combine(Daemon.Work, "ipam");
        await Daemon.CreateNetworkAsync(new NetworkConfig { Name = "plug", Type = "cni", CniConfig = Config(data) });
        var networking = BridgeTests.On("plug");
        networking.Ports.Add(new PortMapping { HostPort = 8484, ContainerPort = 80 });
        var pid = await Daemon.RunAsync("plugged", networking);

        var endpoint = Assert.Single((await Daemon.GetAsync("plugged")).Networks);
        Assert.Equal(("10.88.7.2/24", "10.88.7.1", "eth0"), (endpoint.Ipv4Address, endpoint.Ipv4Gateway, endpoint.InterfaceName));
        Assert.Contains(
            endpoint.MacAddress, (await NetworkDaemon.InsideAsync(pid, "ip", "link")).Output, StringComparison.Ordinal);
        await World.ServeAsync($"/proc/{pid}/ns/net", "tcp", "0.0.0.0", 80);
        Assert.NotEqual("", await World.AskAsync(World.Outside, "tcp", World.HostAddress, 8484));
        Assert.True(File.Exists(Path.Combine(data, "plug", "10.88.7.2")), "no lease of the plugin's");

        await Daemon.DeleteAsync("plugged");

        Assert.False(File.Exists(Path.Combine(data, "plug", "10.88.7.2")), "the plugin's lease is left");
        Assert.Equal("", await Daemon.TracesAsync());
        await Daemon.DeleteNetworkAsync("plug");
        (await World.In(World.Host, "ip", "link", "del", "plug0")).Expect();
    }

    // Without portmap: Debian's looks for rules of IPv6 that it did not make.
    [Fact]
    public async Task Check_WhenTheAddressIsGone_ThenThePluginsOwnWords()
    {
        var config = $$"""
            {
              "cniVersion": "1.0.0", "name": "looked",
              "plugins": [{
                "type": "bridge", "bridge": "looked0",
                "ipam": {
                  "type": "host-local", "dataDir": "{{Path.Combine(Daemon.Work, "ipam2")}}", "ranges": [[{ "subnet": "10.88.9.0/24" }]]
                }
              }]
            }
            """;
        await Daemon.CreateNetworkAsync(new NetworkConfig { Name = "looked", Type = "cni", CniConfig = config });
        var pid = await Daemon.RunAsync("asked", BridgeTests.On("looked"));
        var check = new CheckRequest { ContainerId = NetworkDaemon.Named("asked") };

        await Daemon.NetworkAsync("Check", check, CheckResponse.Parser);
        (await NetworkDaemon.InsideAsync(pid, "ip", "addr", "flush", "dev", "eth0")).Expect();
        var changed = await Assert.ThrowsAsync<RpcException>(() => Daemon.NetworkAsync("Check", check, CheckResponse.Parser));

        Assert.Equal(RpcStatusCode.FailedPrecondition, changed.Code);
        Assert.Contains("cni CHECK", changed.Message, StringComparison.Ordinal);
        await Daemon.DeleteAsync("asked");
        await Daemon.DeleteNetworkAsync("looked");
        (await World.In(World.Host, "ip", "link", "del", "looked0")).Expect();
    }

    [Fact]
    public async Task Run_WhenAPluginRefuses_ThenItsOwnWordsComeBackAndNothingIsLeft()
    {
        const string config = """
            {"cniVersion":"1.0.0","name":"bad","plugins":[{"type":"bridge","bridge":"bad0","ipam":{"type":"host-local","ranges":[[{"subnet":"nonsense"}]]}}]}
            """;
        await Daemon.CreateNetworkAsync(new NetworkConfig { Name = "bad", Type = "cni", CniConfig = config });

        var error = await Assert.ThrowsAsync<RpcException>(() => Daemon.RunAsync("unplugged", BridgeTests.On("bad")));

        Assert.Contains("plugin bridge failed", error.Message, StringComparison.Ordinal);
        Assert.Contains("nonsense", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(NetworkDaemon.Named("unplugged"), await Daemon.ListAsync());
        await Daemon.DeleteNetworkAsync("bad");
        await World.In(World.Host, "ip", "link", "del", "bad0");
    }

    private static string Config(string data) => $$"""
        {
          "cniVersion": "1.0.0", "name": "plug",
          "plugins": [
            {
              "type": "bridge", "bridge": "plug0", "isGateway": true, "ipMasq": true,
              "ipam": {
                "type": "host-local", "dataDir": "{{data}}", "ranges": [[{ "subnet": "10.88.7.0/24" }]],
                "routes": [{ "dst": "0.0.0.0/0" }]
              }
            },
            { "type": "portmap", "capabilities": { "portMappings": true } }
          ]
        }
        """;
}
