using System.Net;
using System.Runtime.InteropServices;
using ShimService.Linux.Errors;
using ShimService.Linux.Native;

namespace ShimService.Linux.Netlink;

/// <summary>
/// Changes that go to the kernel together, in order, in one call: <see cref="RouteSocket.Run"/>. The kernel goes on
/// after one that fails, so a batch holds only what may be undone as a whole. Not for several threads.
/// </summary>
public sealed class RouteBatch
{
    private readonly NetlinkWriter _writer = new();
    private readonly List<RouteStep> _steps = [];

    /// <summary>How many changes it holds.</summary>
    public int Count => _steps.Count;

    internal ReadOnlySpan<byte> Bytes => _writer.Written;

    internal IReadOnlyList<RouteStep> Steps => _steps;

    /// <summary>EEXIST when something has the name.</summary>
    public RouteBatch AddBridge(BridgeSpec bridge)
    {
        var start = Begin(NetlinkNumbers.RTM_NEWLINK, Creation, "make bridge", bridge.Name);
        _writer.Link(0, 0, 0, 0);
        _writer.Attribute(NetlinkNumbers.IFLA_IFNAME, bridge.Name);
        _writer.Attribute(NetlinkNumbers.IFLA_ADDRESS, bridge.Address.ToBytes());
        Mtu(bridge.Mtu);
        var info = _writer.Nest(NetlinkNumbers.IFLA_LINKINFO);
        _writer.Attribute(NetlinkNumbers.IFLA_INFO_KIND, "bridge");
        _writer.EndNest(info);
        _writer.End(start);
        return this;
    }

    public RouteBatch AddVeth(VethSpec veth)
    {
        var start = Begin(
            NetlinkNumbers.RTM_NEWLINK, Creation, "make veth pair", $"{veth.Name} with {veth.PeerName} in the container");
        _writer.Link(0, 0, NetlinkNumbers.IFF_UP, NetlinkNumbers.IFF_UP);
        _writer.Attribute(NetlinkNumbers.IFLA_IFNAME, veth.Name);
        Mtu(veth.Mtu);
        if (veth.Master != 0)
        {
            _writer.Attribute(NetlinkNumbers.IFLA_MASTER, (uint)veth.Master);
        }

        var info = _writer.Nest(NetlinkNumbers.IFLA_LINKINFO);
        _writer.Attribute(NetlinkNumbers.IFLA_INFO_KIND, "veth");
        var data = _writer.Nest(NetlinkNumbers.IFLA_INFO_DATA);
        var peer = _writer.Nest(NetlinkNumbers.VETH_INFO_PEER);
        _writer.Link(0, 0, 0, 0);
        _writer.Attribute(NetlinkNumbers.IFLA_IFNAME, veth.PeerName);
        _writer.Attribute(NetlinkNumbers.IFLA_ADDRESS, veth.PeerAddress.ToBytes());
        _writer.Attribute(NetlinkNumbers.IFLA_NET_NS_FD, (uint)veth.PeerNamespace.Number);
        Mtu(veth.Mtu);
        _writer.EndNest(peer);
        _writer.EndNest(data);
        _writer.EndNest(info);
        _writer.End(start);
        return this;
    }

    /// <summary>An interface that is still down makes itself no IPv6 addresses when it comes up.</summary>
    public RouteBatch WithoutOwnIPv6(string name)
    {
        var start = Begin(NetlinkNumbers.RTM_NEWLINK, 0, "keep IPv6 addresses off", name, Errno.EAFNOSUPPORT);
        _writer.Link(0, 0, 0, 0);
        _writer.Attribute(NetlinkNumbers.IFLA_IFNAME, name);
        var families = _writer.Nest(NetlinkNumbers.IFLA_AF_SPEC);
        var family = _writer.Nest(NetlinkNumbers.AF_INET6);
        _writer.Attribute(NetlinkNumbers.IFLA_INET6_ADDR_GEN_MODE, [NetlinkNumbers.IN6_ADDR_GEN_MODE_NONE]);
        _writer.EndNest(family);
        _writer.EndNest(families);
        _writer.End(start);
        return this;
    }

    /// <summary>One that is not there is no error.</summary>
    public RouteBatch DeleteLink(string name)
    {
        var start = Begin(NetlinkNumbers.RTM_DELLINK, 0, "delete interface", name, Errno.ENODEV);
        _writer.Link(0, 0, 0, 0);
        _writer.Attribute(NetlinkNumbers.IFLA_IFNAME, name);
        _writer.End(start);
        return this;
    }

    public RouteBatch SetUp(string name)
    {
        var start = Begin(NetlinkNumbers.RTM_NEWLINK, 0, "bring up interface", name);
        _writer.Link(0, 0, NetlinkNumbers.IFF_UP, NetlinkNumbers.IFF_UP);
        _writer.Attribute(NetlinkNumbers.IFLA_IFNAME, name);
        _writer.End(start);
        return this;
    }

    /// <summary>
    /// Takes an interface of this namespace into another, under a new name. It loses its addresses and routes and
    /// arrives down. EEXIST when the name is taken there, and then it has arrived under its old name if that is free
    /// there; EINVAL for an interface that cannot move.
    /// </summary>
    public RouteBatch MoveLink(int link, string name, FileDescriptor toNamespace, string newName)
    {
        var start = Begin(NetlinkNumbers.RTM_NEWLINK, 0, "move interface", $"{name} to {newName} in another namespace");
        _writer.Link(0, link, 0, 0);
        _writer.Attribute(NetlinkNumbers.IFLA_NET_NS_FD, (uint)toNamespace.Number);
        _writer.Attribute(NetlinkNumbers.IFLA_IFNAME, newName);
        _writer.End(start);
        return this;
    }

    /// <summary>A port of a bridge.</summary>
    /// <param name="isolated">It may talk to the bridge itself, and to no other such port.</param>
    /// <param name="hairpin">Frames may leave by the port they came in by.</param>
    public RouteBatch SetPort(int link, string name, bool isolated, bool hairpin)
    {
        var start = Begin(NetlinkNumbers.RTM_SETLINK, 0, "set bridge port", name);
        _writer.Link(NetlinkNumbers.AF_BRIDGE, link, 0, 0);
        var port = _writer.Nest(NetlinkNumbers.IFLA_PROTINFO);
        _writer.Attribute(NetlinkNumbers.IFLA_BRPORT_ISOLATED, [isolated ? (byte)1 : (byte)0]);
        _writer.Attribute(NetlinkNumbers.IFLA_BRPORT_MODE, [hairpin ? (byte)1 : (byte)0]);
        _writer.EndNest(port);
        _writer.End(start);
        return this;
    }

    /// <summary>
    /// Gives an interface an address that is usable at once: nobody is asked whether he has it, for it was leased.
    /// One that is there is no error.
    /// </summary>
    public RouteBatch AddAddress(int link, IPAddress address, int prefixLength)
    {
        var start =
            Begin(NetlinkNumbers.RTM_NEWADDR, Creation, "add address", $"{address}/{prefixLength}", Errno.EEXIST);
        var octets = address.GetAddressBytes();
        Span<byte> message = stackalloc byte[NetlinkNumbers.AddressSize];
        message.Clear();
        message[0] = Family(address);
        message[1] = (byte)prefixLength;
        MemoryMarshal.Write(message[4..], link);
        _writer.Bytes(message);
        _writer.Attribute(NetlinkNumbers.IFA_LOCAL, octets);
        _writer.Attribute(NetlinkNumbers.IFA_ADDRESS, octets);
        _writer.Attribute(NetlinkNumbers.IFA_FLAGS, NetlinkNumbers.IFA_F_NODAD);
        _writer.End(start);
        return this;
    }

    /// <summary>A route of the main table. Without a gateway the destination is on the link itself.</summary>
    public RouteBatch AddRoute(RouteInfo route)
    {
        var family = route.Destination ?? route.Gateway ?? IPAddress.Any;
        var target = route.Destination is { } destination ? $"{destination}/{route.PrefixLength}" : "default";
        Route(NetlinkNumbers.RTM_NEWROUTE, Creation, "add route", target, Errno.EEXIST, route, Family(family));
        return this;
    }

    /// <summary>One that is not there is no error.</summary>
    public RouteBatch DeleteRoute(RouteInfo route)
    {
        var family = route.Destination ?? route.Gateway ?? IPAddress.Any;
        var target = route.Destination is { } destination ? $"{destination}/{route.PrefixLength}" : "default";
        Route(NetlinkNumbers.RTM_DELROUTE, 0, "delete route", target, Errno.ESRCH, route, Family(family));
        return this;
    }

    private const ushort Creation = NetlinkNumbers.NLM_F_CREATE | NetlinkNumbers.NLM_F_EXCL;

    private static byte Family(IPAddress address) =>
        address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6
            ? (byte)NetlinkNumbers.AF_INET6
            : (byte)NetlinkNumbers.AF_INET;

    private void Route(
        ushort type, ushort flags, string step, string target, Errno tolerated, RouteInfo route, byte family)
    {
        var subject = route.Gateway is { } via ? $"{target} via {via}" : target;
        var start = Begin(type, flags, step, subject, tolerated);
        _writer.Bytes(
            family, (byte)route.PrefixLength, 0, 0,
            NetlinkNumbers.RT_TABLE_MAIN, NetlinkNumbers.RTPROT_STATIC,
            route.Gateway is null ? NetlinkNumbers.RT_SCOPE_LINK : NetlinkNumbers.RT_SCOPE_UNIVERSE,
            NetlinkNumbers.RTN_UNICAST, 0, 0, 0, 0);
        if (route.Destination is { } destination)
        {
            _writer.Attribute(NetlinkNumbers.RTA_DST, destination.GetAddressBytes());
        }

        if (route.Gateway is { } gateway)
        {
            _writer.Attribute(NetlinkNumbers.RTA_GATEWAY, gateway.GetAddressBytes());
        }

        if (route.Priority != 0)
        {
            _writer.Attribute(NetlinkNumbers.RTA_PRIORITY, route.Priority);
        }

        _writer.Attribute(NetlinkNumbers.RTA_OIF, (uint)route.Link);
        _writer.End(start);
    }

    private void Mtu(int mtu)
    {
        if (mtu != 0)
        {
            _writer.Attribute(NetlinkNumbers.IFLA_MTU, (uint)mtu);
        }
    }

    private int Begin(ushort type, ushort flags, string step, string subject, Errno tolerated = Errno.None)
    {
        _steps.Add(new RouteStep(step, subject, tolerated));
        return _writer.Begin(type, (ushort)(flags | NetlinkNumbers.NLM_F_ACK), (uint)_steps.Count);
    }
}
