using System.Net;
using ShimService.Linux.Errors;
using ShimService.Linux.Netlink;

namespace ShimService.Linux.Tests.Netlink;

public sealed class RouteSocketTests
{
    private static readonly MacAddress BridgeAddress = Mac("02:42:0a:00:00:01");
    private static readonly MacAddress PeerAddress = Mac("02:42:0a:00:00:02");

    [Fact]
    public async Task AddVeth_WhenPeerIsInAnotherNamespace_ThenBothEndsAreAsAsked()
    {
        await using var namespaces = await TestNamespaces.MakeAsync();
        var bridge = AddBridge(namespaces.Route);

        namespaces.Route.Run(new RouteBatch().AddVeth(Veth(namespaces) with { Master = bridge.Index, Mtu = 1400 }));
        namespaces.RouteThere.Run(new RouteBatch().WithoutOwnIPv6("eth0").SetUp("eth0"));

        var port = namespaces.Route.FindLink("port0")!;
        var peer = namespaces.RouteThere.FindLink("eth0")!;
        Assert.Equal(("veth", bridge.Index, 1400, true), (port.Kind, port.Master, port.Mtu, port.IsUp));
        Assert.Equal(("veth", PeerAddress, 1400, true), (peer.Kind, peer.Address, peer.Mtu, peer.IsUp));
        Assert.Equal(peer.Index, port.Peer);
        Assert.Equal(BridgeAddress, bridge.Address);
        Assert.Null(namespaces.Route.FindLink("eth0"));
        Assert.DoesNotContain(namespaces.RouteThere.Addresses(), address => address.Link == peer.Index);
    }

    [Fact]
    public async Task AddAddress_WhenRouteFollows_ThenBothAreListed()
    {
        await using var namespaces = await TestNamespaces.MakeAsync();
        namespaces.Route.Run(new RouteBatch().AddVeth(Veth(namespaces)));
        var link = namespaces.RouteThere.FindLink("eth0")!.Index;
        var (address, gateway) = (IPAddress.Parse("10.9.0.2"), IPAddress.Parse("10.9.0.1"));
        var (address6, gateway6) = (IPAddress.Parse("fd00:9::2"), IPAddress.Parse("fd00:9::1"));

        namespaces.RouteThere.Run(new RouteBatch()
            .SetUp("eth0")
            .AddAddress(link, address, 24)
            .AddAddress(link, address6, 64)
            .AddRoute(new RouteInfo(null, 0, gateway, link, 0))
            .AddRoute(new RouteInfo(null, 0, gateway6, link, 0)));

        var addresses = namespaces.RouteThere.Addresses();
        Assert.Contains(new AddressInfo(link, address, 24), addresses);
        Assert.Contains(new AddressInfo(link, address6, 64), addresses);
        var defaults =
            namespaces.RouteThere.Routes().Where(route => route.Destination is null).Select(route => route.Gateway);
        Assert.Equal([gateway, gateway6], defaults);
    }

    [Fact]
    public async Task MoveLink_WhenNameIsFreeThere_ThenItArrivesUnderTheNewName()
    {
        await using var namespaces = await TestNamespaces.MakeAsync();
        var bridge = AddBridge(namespaces.Route);
        namespaces.Route.Run(new RouteBatch().AddVeth(Veth(namespaces) with { Master = bridge.Index }));
        var port = namespaces.Route.FindLink("port0")!;

        namespaces.Route.Run(new RouteBatch().MoveLink(port.Index, "port0", namespaces.There, "moved0"));

        Assert.Null(namespaces.Route.FindLink("port0"));
        Assert.Equal("veth", namespaces.RouteThere.FindLink("moved0")!.Kind);
    }

    [Fact]
    public async Task MoveLink_WhenNameIsTakenThere_ThenItSaysSoAndArrivesUnderTheOldOne()
    {
        await using var namespaces = await TestNamespaces.MakeAsync();
        namespaces.Route.Run(new RouteBatch().AddVeth(Veth(namespaces)));
        var port = namespaces.Route.FindLink("port0")!;

        var error = Assert.Throws<KernelException>(() =>
            namespaces.Route.Run(new RouteBatch().MoveLink(port.Index, "port0", namespaces.There, "eth0")));

        Assert.Equal(("move interface", Errno.EEXIST), (error.Call, error.Errno));
        Assert.Contains("port0 to eth0", error.Message, StringComparison.Ordinal);
        Assert.NotNull(namespaces.RouteThere.FindLink("port0"));
    }

    [Fact]
    public async Task SetPort_WhenItIsAPort_ThenTheKernelTakesItAndElseSaysNo()
    {
        await using var namespaces = await TestNamespaces.MakeAsync();
        var bridge = AddBridge(namespaces.Route);
        namespaces.Route.Run(new RouteBatch().AddVeth(Veth(namespaces) with { Master = bridge.Index }));
        var port = namespaces.Route.FindLink("port0")!;

        namespaces.Route.Run(new RouteBatch().SetPort(port.Index, port.Name, isolated: true, hairpin: true));

        var error = Assert.Throws<KernelException>(() =>
            namespaces.Route.Run(new RouteBatch().SetPort(bridge.Index, bridge.Name, isolated: true, hairpin: false)));
        Assert.Equal("set bridge port", error.Call);
    }

    [Fact]
    public async Task Run_WhenOneChangeOfThreeFails_ThenItIsNamedWithTheKernelsWords()
    {
        await using var namespaces = await TestNamespaces.MakeAsync();
        AddBridge(namespaces.Route);
        var index = namespaces.Route.FindLink("bridge0")!.Index;

        var error = Assert.Throws<KernelException>(() => namespaces.Route.Run(new RouteBatch()
            .AddAddress(index, IPAddress.Parse("10.9.0.1"), 24)
            .AddRoute(new RouteInfo(null, 0, IPAddress.Parse("192.0.2.1"), index, 0))
            .SetUp("bridge0")));

        Assert.Equal(("add route", Errno.ENETUNREACH), (error.Call, error.Errno));
        Assert.Contains("default via 192.0.2.1", error.Message, StringComparison.Ordinal);
        Assert.Contains("gateway", error.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DeleteLink_WhenItIsNotThere_ThenThatIsNoError()
    {
        await using var namespaces = await TestNamespaces.MakeAsync();
        AddBridge(namespaces.Route);

        namespaces.Route.Run(new RouteBatch().DeleteLink("bridge0").DeleteLink("bridge0").DeleteLink("never0"));

        Assert.Equal(["lo"], namespaces.Route.Links().Select(link => link.Name));
    }

    [Fact]
    public async Task NamespaceId_WhenAVethLeadsThere_ThenItHasOne()
    {
        await using var namespaces = await TestNamespaces.MakeAsync();
        Assert.Null(namespaces.Route.NamespaceId(namespaces.There));

        namespaces.Route.Run(new RouteBatch().AddVeth(Veth(namespaces)));
        _ = namespaces.Route.Links();

        Assert.NotNull(namespaces.Route.NamespaceId(namespaces.There));
    }

    private static LinkInfo AddBridge(RouteSocket route)
    {
        route.Run(new RouteBatch().AddBridge(new BridgeSpec("bridge0", BridgeAddress, 0)).SetUp("bridge0"));
        return route.FindLink("bridge0")!;
    }

    private static VethSpec Veth(TestNamespaces namespaces) => new()
    {
        Name = "port0",
        PeerNamespace = namespaces.There,
        PeerName = "eth0",
        PeerAddress = PeerAddress,
    };

    private static MacAddress Mac(string text) =>
        MacAddress.TryParse(text, out var address) ? address : throw new FormatException(text);
}
