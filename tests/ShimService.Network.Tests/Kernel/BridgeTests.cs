using ShimService.Contracts.V1;
using ShimService.Network.Tests.Harness;
using ShimService.Rpc;

namespace ShimService.Network.Tests.Kernel;

/// <summary>What containers on bridges reach, seen from inside, from the host and from the outside.</summary>
[Collection(NetworkCollection.Name)]
public sealed class BridgeTests(NetworkFixture fixture)
{
    private NetworkDaemon Daemon => fixture.Daemon;

    private World World => fixture.World;

    [Fact]
    public async Task Run_WhenTwoAreOnANetwork_ThenTheyReachEachOtherByBothFamiliesAndByAlias()
    {
        await Daemon.CreateNetworkAsync(new NetworkConfig { Name = "pair", Ipv6 = true });
        await Daemon.RunAsync("pair1", On("pair", alias: "first"));
        var second = await Daemon.RunAsync("pair2", On("pair"));
        var first = await Daemon.GetAsync("pair1");
        var endpoint = Assert.Single(first.Networks);

        foreach (var address in new[] { Plain(endpoint.Ipv4Address), Plain(endpoint.Ipv6Address) })
        {
            await World.ServeAsync($"/proc/{first.Pid}/ns/net", "tcp", address, 7);
            Assert.NotEqual("", await World.AskAsync($"/proc/{second}/ns/net", "tcp", address, 7));
        }

        var hosts = await HostsOfAsync(second);
        Assert.Contains(
            $"{Plain(endpoint.Ipv4Address)}\t{NetworkDaemon.Named("pair1")} first\n", hosts, StringComparison.Ordinal);
        Assert.Contains(
            $"{Plain(endpoint.Ipv6Address)}\t{NetworkDaemon.Named("pair1")} first\n", hosts, StringComparison.Ordinal);

        // Who was there before hears of who came later.
        Assert.Contains($"\t{NetworkDaemon.Named("pair2")}\n", await HostsOfAsync(first.Pid), StringComparison.Ordinal);
        await Daemon.DeleteAsync("pair1", "pair2");
        await Daemon.DeleteNetworkAsync("pair");
    }

    [Fact]
    public async Task Run_WhenALinkIsGiven_ThenItsAliasIsInTheHostsFile()
    {
        await Daemon.RunAsync("linked", On("bridge"));
        var networking = On("bridge");
        networking.Links.Add(NetworkDaemon.Named("linked") + ":db");
        var pid = await Daemon.RunAsync("linking", networking);

        var address = Plain((await Daemon.GetAsync("linked")).Networks[0].Ipv4Address);
        Assert.Contains(
            $"{address}\tdb {NetworkDaemon.Named("linked")}\n", await HostsOfAsync(pid), StringComparison.Ordinal);
        (await Command.RunAsync(Repository.Shimctl, "--socket", Path.Combine(Daemon.Work, "shimd.sock"), "exec", NetworkDaemon.Named("linking"), "ping", "-c", "1", "db"))
            .Expect();
        await Daemon.DeleteAsync("linked", "linking");
    }

    [Fact]
    public async Task Run_WhenOnTheDefaultNetwork_ThenTheInterfaceIsAsItsEndpointSays()
    {
        var networking = On("bridge");
        networking.Networks[0].Ipv4Address = "172.17.77.7";
        networking.Networks[0].MacAddress = "02:00:00:00:07:07";
        var pid = await Daemon.RunAsync("asked", networking);

        var endpoint = Assert.Single((await Daemon.GetAsync("asked")).Networks);
        Assert.Equal(("172.17.77.7/16", "172.17.0.1", "02:00:00:00:07:07", (uint)World.Mtu, "eth0"),
            (endpoint.Ipv4Address, endpoint.Ipv4Gateway, endpoint.MacAddress, endpoint.Mtu, endpoint.InterfaceName));
        var link = (await NetworkDaemon.InsideAsync(pid, "ip", "addr", "show", "eth0")).Expect().Output;
        Assert.Contains("inet 172.17.77.7/16", link, StringComparison.Ordinal);
        Assert.Contains("link/ether 02:00:00:00:07:07", link, StringComparison.Ordinal);
        Assert.Contains($"mtu {World.Mtu}", link, StringComparison.Ordinal);
        Assert.DoesNotContain("inet6", link, StringComparison.Ordinal);
        Assert.Contains("default via 172.17.0.1", (await NetworkDaemon.InsideAsync(pid, "ip", "route")).Output, StringComparison.Ordinal);
        (await NetworkDaemon.InsideAsync(pid, "busybox", "ping", "-c", "1", "172.17.0.1")).Expect();
        var stats =
            await Daemon.TaskAsync("Stats", new StatsRequest { Id = NetworkDaemon.Named("asked") }, TaskStats.Parser);
        Assert.True(Assert.Single(stats.Networks).SentBytes >= 84);

        var taken = await Assert.ThrowsAsync<RpcException>(() => Daemon.RunAsync("asks", networking));
        Assert.Equal(RpcStatusCode.AlreadyExists, taken.Code);
        Assert.Contains("172.17.77.7 is in use", taken.Message, StringComparison.Ordinal);
        await Daemon.DeleteAsync("asked");
        Assert.Equal("", await Daemon.TracesAsync());
    }

    [Fact]
    public async Task Run_WhenTheNetworkIsIsolated_ThenOnlyTheBridgeIsReached()
    {
        await Daemon.CreateNetworkAsync(new NetworkConfig { Name = "apart", Isolated = true });
        await Daemon.RunAsync("apart1", On("apart"));
        var second = await Daemon.RunAsync("apart2", On("apart"));
        var first = await Daemon.GetAsync("apart1");
        await World.ServeAsync($"/proc/{first.Pid}/ns/net", "tcp", "0.0.0.0", 7);
        var address = Plain(first.Networks[0].Ipv4Address);

        Assert.NotEqual("", await World.AskAsync(World.Host, "tcp", address, 7));
        Assert.Equal("", await World.AskAsync($"/proc/{second}/ns/net", "tcp", address, 7, limit: 1));
        await World.ServeAsync(World.Host, "tcp", first.Networks[0].Ipv4Gateway, 17);
        Assert.NotEqual("", await World.AskAsync($"/proc/{second}/ns/net", "tcp", first.Networks[0].Ipv4Gateway, 17));
        await Daemon.DeleteAsync("apart1", "apart2");
        await Daemon.DeleteNetworkAsync("apart");
    }

    [Fact]
    public async Task Run_WhenItCallsTheOutside_ThenItIsSeenByTheHostsAddress()
    {
        await Daemon.CreateNetworkAsync(new NetworkConfig { Name = "out", Ipv6 = true });
        var pid = await Daemon.RunAsync("out1", On("out"));
        await World.ServeAsync(World.Outside, "tcp", World.OutsideAddress, 71);
        await World.ServeAsync(World.Outside, "udp", World.OutsideAddress, 72);
        await World.ServeAsync(World.Outside, "tcp", World.OutsideAddress6, 73);

        Assert.Equal(World.HostAddress, await World.AskAsync($"/proc/{pid}/ns/net", "tcp", World.OutsideAddress, 71));
        Assert.Equal(World.HostAddress, await World.AskAsync($"/proc/{pid}/ns/net", "udp", World.OutsideAddress, 72));
        Assert.Equal(World.HostAddress6, await World.AskAsync($"/proc/{pid}/ns/net", "tcp", World.OutsideAddress6, 73));
        await Daemon.DeleteAsync("out1");
        await Daemon.DeleteNetworkAsync("out");
    }

    [Fact]
    public async Task Run_WhenTheNetworkIsInternal_ThenThereIsNoWayOut()
    {
        await Daemon.CreateNetworkAsync(new NetworkConfig { Name = "inner", Internal = true });
        var pid = await Daemon.RunAsync("inner1", On("inner"));
        await World.ServeAsync(World.Outside, "tcp", World.OutsideAddress, 74);
        await NetworkDaemon.InsideAsync(pid, "ip", "route", "add", "default", "via", Plain((await Daemon.GetAsync("inner1")).Networks[0].Ipv4Address));

        Assert.Equal("", await World.AskAsync($"/proc/{pid}/ns/net", "tcp", World.OutsideAddress, 74, limit: 1));
        var networking = On("inner");
        networking.Ports.Add(new PortMapping { ContainerPort = 80 });
        var refused = await Assert.ThrowsAsync<RpcException>(() => Daemon.RunAsync("inner2", networking));
        Assert.Contains("publishes nothing", refused.Message, StringComparison.Ordinal);
        await Daemon.DeleteAsync("inner1");
        await Daemon.DeleteNetworkAsync("inner");
    }

    [Fact]
    public async Task Run_WhenItJoinsAnothersNetwork_ThenItSeesTheSameInterfaces()
    {
        await Daemon.RunAsync("donor", On("bridge"));
        var pid = await Daemon.RunAsync("guest", On("container:" + NetworkDaemon.Named("donor")));

        Assert.Equal(
            new FileInfo($"/proc/{(await Daemon.GetAsync("donor")).Pid}/ns/net").LinkTarget, new FileInfo(
                $"/proc/{pid}/ns/net").LinkTarget);
        Assert.Empty((await Daemon.GetAsync("guest")).Networks);
        var host = await Daemon.RunAsync("onhost", On("host"));
        Assert.Equal(new FileInfo(World.Host).LinkTarget, new FileInfo($"/proc/{host}/ns/net").LinkTarget);
        var none = await Daemon.RunAsync("alone", On("none"));
        Assert.DoesNotContain(
            "eth", (await NetworkDaemon.InsideAsync(none, "ip", "link")).Output, StringComparison.Ordinal);
        await Daemon.DeleteAsync("guest", "donor", "onhost", "alone");
    }

    [Fact]
    public async Task Connect_WhenItRuns_ThenTheSecondInterfaceComesAndGoes()
    {
        await Daemon.CreateNetworkAsync(new NetworkConfig { Name = "a-second" });
        var pid = await Daemon.RunAsync("mover", On("bridge"));

        var connected = (await Daemon.NetworkAsync("Connect",
            new ConnectRequest { ContainerId = NetworkDaemon.Named("mover"), Attachment = new NetworkAttachment { Network = "a-second" } },
            ConnectResponse.Parser)).Endpoint;

        Assert.Equal("eth1", connected.InterfaceName);
        Assert.Contains($"default via {connected.Ipv4Gateway} dev eth1", (await NetworkDaemon.InsideAsync(pid, "ip", "route")).Output, StringComparison.Ordinal);
        var inUse = await Assert.ThrowsAsync<RpcException>(() => Daemon.DeleteNetworkAsync("a-second"));
        Assert.Equal(RpcStatusCode.FailedPrecondition, inUse.Code);
        await Daemon.NetworkAsync("Disconnect",
            new DisconnectRequest { ContainerId = NetworkDaemon.Named("mover"), Network = "a-second" }, DisconnectResponse.Parser);
        var routes = (await NetworkDaemon.InsideAsync(pid, "ip", "route")).Output;
        Assert.Contains("default via 172.17.0.1 dev eth0", routes, StringComparison.Ordinal);
        Assert.DoesNotContain("eth1", routes, StringComparison.Ordinal);
        await Daemon.DeleteAsync("mover");
        await Daemon.DeleteNetworkAsync("a-second");
    }

    [Theory]
    [InlineData("nothere", RpcStatusCode.NotFound, "there is no network nothere")]
    [InlineData("container:nothere", RpcStatusCode.NotFound, "nothere")]
    public async Task Run_WhenTheNetworkIsUnknown_ThenItSaysSoAndLeavesNothing(
        string network, RpcStatusCode code, string part)
    {
        var error = await Assert.ThrowsAsync<RpcException>(() => Daemon.RunAsync("lost", On(network)));

        Assert.True(error.Code == code, error.ToString());
        Assert.Contains(part, error.Message, StringComparison.Ordinal);
        Assert.Equal("", await Daemon.TracesAsync());
    }

    internal static ContainerNetworking On(string network, string? alias = null)
    {
        var attachment = new NetworkAttachment { Network = network };
        if (alias is not null)
        {
            attachment.Aliases.Add(alias);
        }

        return new ContainerNetworking { Networks = { attachment } };
    }

    private static Task<string> HostsOfAsync(uint pid) =>
        File.ReadAllTextAsync(Path.Combine($"/proc/{pid}/root", "etc", "hosts"));

    private static string Plain(string address) => address.Split('/')[0];
}
