using ShimService.Contracts.V1;
using ShimService.Network.Tests.Harness;
using ShimService.Rpc;

namespace ShimService.Network.Tests.Kernel;

/// <summary>Published ports, asked from everywhere.</summary>
[Collection(NetworkCollection.Name)]
public sealed class PortTests(NetworkFixture fixture)
{
    private NetworkDaemon Daemon => fixture.Daemon;

    private World World => fixture.World;

    [Fact]
    public async Task Publish_WhenTcpAndUdp_ThenLoopbackBridgeAndOutsideAreAnswered()
    {
        var networking = BridgeTests.On("bridge");
        networking.Ports.Add(new PortMapping { HostPort = 8080, ContainerPort = 80 });
        networking.Ports.Add(new PortMapping { HostPort = 5353, ContainerPort = 53, Protocol = "udp" });
        networking.Ports.Add(new PortMapping { HostIp = "127.0.0.1", HostPort = 9090, ContainerPort = 80 });
        var pid = await Daemon.RunAsync("web", networking);
        var neighbour = await Daemon.RunAsync("neighbour", BridgeTests.On("bridge"));
        await World.ServeAsync($"/proc/{pid}/ns/net", "tcp", "0.0.0.0", 80);
        await World.ServeAsync($"/proc/{pid}/ns/net", "udp", "0.0.0.0", 53);

        foreach (var (network, address) in new[]
        {
            (World.Host, "127.0.0.1"), (World.Host, "172.17.0.1"), (World.Host, World.HostAddress),
            (World.Outside, World.HostAddress), (
                $"/proc/{neighbour}/ns/net", "172.17.0.1"), ($"/proc/{pid}/ns/net", "172.17.0.1"),
        })
        {
            Assert.True(
                (await World.AskAsync(network, "tcp", address, 8080)).Length > 0, $"tcp {address} from {network}");
            Assert.True(
                (await World.AskAsync(network, "udp", address, 5353)).Length > 0, $"udp {address} from {network}");
        }

        // The outside's address is not hidden from the container; a port of loopback is nobody else's.
        Assert.Equal(World.OutsideAddress, await World.AskAsync(World.Outside, "tcp", World.HostAddress, 8080));
        Assert.NotEqual("", await World.AskAsync(World.Host, "tcp", "127.0.0.1", 9090));
        Assert.Equal("", await World.AskAsync(World.Outside, "tcp", World.HostAddress, 9090, limit: 2));
        await Daemon.DeleteAsync("web", "neighbour");
        Assert.Equal("", await World.AskAsync(World.Host, "tcp", "127.0.0.1", 8080, limit: 2));
        Assert.Equal("", await Daemon.TracesAsync());
    }

    [Fact]
    public async Task Publish_WhenThePortIsTaken_ThenItSaysSoAndNothingIsLeft()
    {
        var networking = BridgeTests.On("bridge");
        networking.Ports.Add(new PortMapping { HostPort = 8181, ContainerPort = 80 });
        await Daemon.RunAsync("holder", networking);
        networking.Ports.Insert(0, new PortMapping { HostPort = 8182, ContainerPort = 80 });

        var error = await Assert.ThrowsAsync<RpcException>(() => Daemon.RunAsync("late", networking));

        Assert.Equal(RpcStatusCode.AlreadyExists, error.Code);
        Assert.Contains("port 8181/tcp failed: EADDRINUSE", error.Message, StringComparison.Ordinal);
        Assert.Equal([NetworkDaemon.Named("holder")], await Daemon.ListAsync());

        // The first of its ports was given back.
        networking.Ports.RemoveAt(1);
        await Daemon.RunAsync("late", networking);
        await Daemon.DeleteAsync("holder", "late");
        Assert.Equal("", await Daemon.TracesAsync());
    }

    [Fact]
    public async Task Publish_WhenTheHostAddressIsIPv6_ThenItAnswersThereOnly()
    {
        await Daemon.CreateNetworkAsync(new NetworkConfig { Name = "six", Ipv6 = true });
        var networking = BridgeTests.On("six");
        networking.Ports.Add(new PortMapping { HostIp = World.HostAddress6, HostPort = 8686, ContainerPort = 80 });
        networking.Ports.Add(new PortMapping { HostPort = 8687, ContainerPort = 80 });
        var pid = await Daemon.RunAsync("six1", networking);
        await World.ServeAsync($"/proc/{pid}/ns/net", "tcp", "::", 80);

        Assert.Equal(World.OutsideAddress6, await World.AskAsync(World.Outside, "tcp", World.HostAddress6, 8686));
        Assert.NotEqual("", await World.AskAsync(World.Host, "tcp", World.HostAddress6, 8686));
        Assert.Equal(World.OutsideAddress6, await World.AskAsync(World.Outside, "tcp", World.HostAddress6, 8687));
        Assert.Equal("", await World.AskAsync(World.Outside, "tcp", World.HostAddress, 8686, limit: 2));

        networking.Ports.Clear();
        networking.Ports.Add(new PortMapping { HostIp = "::1", HostPort = 8688, ContainerPort = 80 });
        var error = await Assert.ThrowsAsync<RpcException>(() => Daemon.RunAsync("six2", networking));
        Assert.Contains("publish on 127.0.0.1", error.Message, StringComparison.Ordinal);
        await Daemon.DeleteAsync("six1");
        await Daemon.DeleteNetworkAsync("six");
        Assert.Equal("", await Daemon.TracesAsync());
    }

    [Fact]
    public async Task Publish_WhenTheProtocolIsSctp_ThenHeldOrRefusedByWhatTheKernelHas()
    {
        var networking = BridgeTests.On("bridge");
        networking.Ports.Add(new PortMapping { HostPort = 8787, ContainerPort = 80, Protocol = "sctp" });
        var probe = await World.In(
            World.Host, "/usr/bin/python3", "-c", "import socket; socket.socket(socket.AF_INET, socket.SOCK_STREAM, 132)");
        if (probe.Status == 0)
        {
            await Daemon.RunAsync("stream", networking);
            Assert.Equal("sctp", Assert.Single((await Daemon.GetAsync("stream")).Ports).Protocol);
            await Daemon.DeleteAsync("stream");
        }
        else
        {
            var error = await Assert.ThrowsAsync<RpcException>(() => Daemon.RunAsync("stream", networking));
            Assert.Contains("this kernel has no sctp", error.Message, StringComparison.Ordinal);
        }

        Assert.Equal("", await Daemon.TracesAsync());
    }

    // A client that never changes its own port, and so never begins a new flow.
    [Fact]
    public async Task Publish_WhenAUdpFlowWasThereBefore_ThenItReachesWhoPublishesNow()
    {
        const string said = "import socket,sys\n"
            + "s=socket.socket(socket.AF_INET,socket.SOCK_DGRAM); s.bind(('',40404)); s.settimeout(float(sys.argv[1]))\n"
            + "s.sendto(b'x',('" + World.HostAddress + "',8989)); print(s.recvfrom(100)[0].decode())";
        await Daemon.RunAsync("watcher", BridgeTests.On("bridge"));

        // Nobody has published it: the host itself says no, and remembers whom it said it to.
        Assert.NotEqual(0, (await World.In(World.Outside, "/usr/bin/python3", "-c", said, "0.2")).Status);
        var networking = BridgeTests.On("bridge");
        networking.Ports.Add(new PortMapping { HostPort = 8989, ContainerPort = 53, Protocol = "udp" });
        foreach (var name in (string[])["flow1", "flow2"])
        {
            var pid = await Daemon.RunAsync(name, networking);
            await World.ServeAsync($"/proc/{pid}/ns/net", "udp", "0.0.0.0", 53);
            var answer = await World.In(World.Outside, "/usr/bin/python3", "-c", said, "10");
            Assert.Equal(World.OutsideAddress, answer.Expect().Output.Trim());
            await Daemon.DeleteAsync(name);
        }

        await Daemon.DeleteAsync("watcher");
        Assert.Equal("", await Daemon.TracesAsync());
    }

    [Fact]
    public async Task Check_WhenAnInterfaceIsGone_ThenItSaysWhich()
    {
        await Daemon.CreateNetworkAsync(new NetworkConfig { Name = "look", InterfaceName = "look0" });
        await Daemon.RunAsync("looked", BridgeTests.On("look"));
        var request = new CheckRequest { ContainerId = NetworkDaemon.Named("looked") };
        await Daemon.NetworkAsync("Check", request, CheckResponse.Parser);
        var links = (await World.In(World.Host, "ip", "-o", "link", "show", "master", "look0")).Expect().Output;
        (await World.In(World.Host, "ip", "link", "set", links.Split(':', '@')[1].Trim(), "down")).Expect();

        var error = await Assert.ThrowsAsync<RpcException>(() => Daemon.NetworkAsync("Check", request, CheckResponse.Parser));

        Assert.Equal(RpcStatusCode.FailedPrecondition, error.Code);
        Assert.Contains("is down", error.Message, StringComparison.Ordinal);
        await Daemon.DeleteAsync("looked");
        await Daemon.DeleteNetworkAsync("look");
    }

    [Fact]
    public async Task Publish_WhenAllExposedPorts_ThenEachGetsAFreeOneOfTheHost()
    {
        var networking = BridgeTests.On("bridge");
        networking.PublishAll = true;
        networking.ExposedPorts.Add(["80", "81-82/udp"]);
        await Daemon.RunAsync("all", networking);

        var ports = (await Daemon.GetAsync("all")).Ports;

        Assert.Equal(
            ["80/tcp", "81/udp", "82/udp"], ports.Select(static port => $"{port.ContainerPort}/{port.Protocol}"));
        Assert.All(ports, static port => Assert.InRange(port.HostPort, 1024u, 65535u));
        await Daemon.DeleteAsync("all");
    }

    [Fact]
    public async Task Publish_WhenTheHostIsNotASharedOne_ThenUnpublishedPortsAreNotReachedFromOutside()
    {
        var pid = await Daemon.RunAsync("closed", BridgeTests.On("bridge"));
        await World.ServeAsync($"/proc/{pid}/ns/net", "tcp", "0.0.0.0", 80);
        var address = (await Daemon.GetAsync("closed")).Networks[0].Ipv4Address.Split('/')[0];
        (await World.In(World.Outside, "ip", "route", "add", "172.17.0.0/16", "via", World.HostAddress)).Expect();

        Assert.NotEqual("", await World.AskAsync(World.Host, "tcp", address, 80));
        Assert.Equal("", await World.AskAsync(World.Outside, "tcp", address, 80, limit: 1));
        (await World.In(World.Outside, "ip", "route", "del", "172.17.0.0/16")).Expect();
        await Daemon.DeleteAsync("closed");
    }
}
