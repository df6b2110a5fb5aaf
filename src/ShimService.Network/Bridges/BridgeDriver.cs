using System.Net;
using ShimService.Linux;
using ShimService.Linux.Abi;
using ShimService.Linux.Errors;
using ShimService.Linux.Netlink;
using ShimService.Network.Addresses;

namespace ShimService.Network.Bridges;

/// <summary>
/// Bridges and what hangs on them, in the kernel. A container's interface is made where it belongs, in one step, under
/// its name: nothing is moved. Any thread. Errors: KernelException.
/// </summary>
internal sealed class BridgeDriver : IDisposable
{
    private readonly NamespaceVisitor _visitor = new();
    private readonly Lock _gate = new();
    private RouteSocket? _host;

    /// <summary>Blocks that this host's interfaces and routes use.</summary>
    public IReadOnlyCollection<Cidr> UsedBlocks()
    {
        lock (_gate)
        {
            return
            [
                .. Host.Addresses().Select(static address => Cidr.Around(address.Address, address.PrefixLength)),
                .. Host.Routes().Where(static route => route.Destination is not null && route.PrefixLength > 0)
                    .Select(static route => Cidr.Around(route.Destination!, route.PrefixLength)),
            ];
        }
    }

    /// <summary>MTU of the interface the default route leaves by; 0 without one.</summary>
    public int DefaultMtu()
    {
        lock (_gate)
        {
            var defaults = Host.Routes().Where(static route => route is { PrefixLength: 0, Gateway: not null })
                .OrderBy(static route => route.Priority).ToList();
            return defaults.Count == 0 ? 0 : Host.Links().FirstOrDefault(
                link => link.Index == defaults[0].Link)?.Mtu ?? 0;
        }
    }

    public LinkInfo? FindLink(string name)
    {
        lock (_gate)
        {
            return Host.FindLink(name);
        }
    }

    /// <summary>What is wrong with the host's end of an endpoint; null when nothing is.</summary>
    public string? Fault(EndpointRecord endpoint, string bridge)
    {
        lock (_gate)
        {
            return (Host.FindLink(endpoint.HostInterface), Host.FindLink(bridge)) switch
            {
                (null, _) => $"interface {endpoint.HostInterface} is gone",
                (_, null) => $"bridge {bridge} is gone",
                ({ } link, { } master) when link.Master != master.Index =>
                    $"interface {link.Name} is not on bridge {bridge}",
                ({ IsUp: false } link, _) => $"interface {link.Name} is down",
                (_, { IsUp: false }) => $"bridge {bridge} is down",
                _ => null,
            };
        }
    }

    /// <summary>The bridge with its addresses, up; made when it is not there. What is there is left as it is.</summary>
    public LinkInfo Ensure(NetworkRecord network)
    {
        lock (_gate)
        {
            var bridge = Host.FindLink(network.InterfaceName);
            if (bridge is null)
            {
                var address = Addressing.MacOf(network.IPv4 is { } subnet ? IPAddress.Parse(subnet.Gateway) : null);
                Host.Run(new RouteBatch().AddBridge(new BridgeSpec(network.InterfaceName, address, network.Mtu)));
                bridge = Host.FindLink(network.InterfaceName)
                    ?? throw new KernelException(
                        "find", Errno.ENODEV, network.InterfaceName, "somebody has removed the bridge");
            }
            else if (bridge.Kind != "bridge")
            {
                throw new KernelException("use bridge", Errno.EEXIST, network.InterfaceName,
                    "an interface of that name is there and is no bridge: name another");
            }

            HostSettings.PrepareBridge(network.InterfaceName);
            if (!network.Internal)
            {
                HostSettings.Forward(network.IPv6 is not null);
            }

            var batch = new RouteBatch();
            foreach (var subnet in network.Subnets)
            {
                batch.AddAddress(bridge.Index, IPAddress.Parse(subnet.Gateway), subnet.Block.PrefixLength);
            }

            Host.Run(batch.SetUp(network.InterfaceName));
            return bridge;
        }
    }

    public void DeleteLink(string name)
    {
        lock (_gate)
        {
            Host.Run(new RouteBatch().DeleteLink(name));
        }
    }

    /// <summary>The endpoints of a container, all of them bridges', and its default routes.</summary>
    /// <param name="bridges">What each endpoint hangs on.</param>
    public async Task AttachAsync(
        int pid, IReadOnlyList<EndpointRecord> endpoints, IReadOnlyList<BridgePort> bridges, EndpointRecord? gateway)
    {
        using var container = Files.Open($"/proc/{pid}/ns/net", OpenFlags.ReadOnly);
        lock (_gate)
        {
            for (var index = 0; index < endpoints.Count; index++)
            {
                AddPair(container, endpoints[index], bridges[index]);
            }
        }

        await _visitor.VisitAsync(container, () =>
        {
            using var route = RouteSocket.Open();
            foreach (var endpoint in endpoints)
            {
                Configure(route, endpoint, endpoint == gateway);
            }

            return true;
        });
    }

    /// <summary>Makes an endpoint the one that the default routes of a running container go by.</summary>
    public async Task RouteAsync(int pid, EndpointRecord? from, EndpointRecord? to)
    {
        using var container = Files.Open($"/proc/{pid}/ns/net", OpenFlags.ReadOnly);
        await _visitor.VisitAsync(container, () =>
        {
            using var route = RouteSocket.Open();
            if (from is not null && route.FindLink(from.InterfaceName) is { } old)
            {
                route.Run(Gateways(from).Aggregate(new RouteBatch(), (batch, gateway) =>
                    batch.DeleteRoute(new RouteInfo(null, 0, gateway, old.Index, 0))));
            }

            if (to is not null && route.FindLink(to.InterfaceName) is { } link)
            {
                route.Run(Gateways(to).Aggregate(new RouteBatch(), (batch, gateway) =>
                    batch.AddRoute(new RouteInfo(null, 0, gateway, link.Index, 0))));
            }

            return true;
        });
    }

    /// <summary>The container's interfaces with what they have carried, lo left out.</summary>
    public async Task<IReadOnlyList<LinkInfo>> ReadLinksAsync(int pid)
    {
        using var container = Files.Open($"/proc/{pid}/ns/net", OpenFlags.ReadOnly);
        return await _visitor.VisitAsync(container, () =>
        {
            using var route = RouteSocket.Open();
            return route.Links().Where(static link => link.Name != "lo").ToList();
        });
    }

    public void Dispose()
    {
        _visitor.Dispose();
        _host?.Dispose();
    }

    private RouteSocket Host => _host ??= RouteSocket.Open();

    private void AddPair(FileDescriptor container, EndpointRecord endpoint, BridgePort port)
    {
        Host.Run(new RouteBatch().AddVeth(new VethSpec
        {
            Name = endpoint.HostInterface,
            Master = port.Bridge,
            PeerNamespace = container,
            PeerName = endpoint.InterfaceName,
            PeerAddress = MacAddress.TryParse(endpoint.MacAddress, out var address)
                ? address
                : throw new FormatException(endpoint.MacAddress),
            Mtu = endpoint.Mtu,
        }));
        if ((port.IsIsolated || port.IsHairpin) && Host.FindLink(endpoint.HostInterface) is { } link)
        {
            Host.Run(new RouteBatch().SetPort(link.Index, link.Name, port.IsIsolated, port.IsHairpin));
        }
    }

    private static void Configure(RouteSocket route, EndpointRecord endpoint, bool isGateway)
    {
        var link = route.FindLink(endpoint.InterfaceName)
            ?? throw new KernelException("find", Errno.ENODEV, endpoint.InterfaceName, "the container has ended");
        var batch = new RouteBatch();
        if (endpoint.IPv6Address.Length == 0)
        {
            batch.WithoutOwnIPv6(endpoint.InterfaceName);
        }

        batch.SetUp(endpoint.InterfaceName);
        if (endpoint.IPv4Address.Length > 0)
        {
            batch.AddAddress(link.Index, IPAddress.Parse(endpoint.IPv4Address), endpoint.IPv4PrefixLength);
        }

        if (endpoint.IPv6Address.Length > 0)
        {
            batch.AddAddress(link.Index, IPAddress.Parse(endpoint.IPv6Address), endpoint.IPv6PrefixLength);
        }

        if (isGateway)
        {
            foreach (var gateway in Gateways(endpoint))
            {
                batch.AddRoute(new RouteInfo(null, 0, gateway, link.Index, 0));
            }
        }

        route.Run(batch);
    }

    private static IEnumerable<IPAddress> Gateways(EndpointRecord endpoint) => endpoint.Gateways.Select(IPAddress.Parse);
}
