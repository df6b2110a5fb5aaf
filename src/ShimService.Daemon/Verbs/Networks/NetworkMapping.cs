using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using ShimService.Contracts.V1;
using ShimService.Linux.Netlink;
using ShimService.Network;
using ShimService.Rpc;

namespace ShimService.Daemon.Verbs.Networks;

/// <summary>Networks of the contract as those of the manager and back, field by field; decides nothing.</summary>
internal static class NetworkMapping
{
    public static NetworkRecord Map(NetworkConfig network) => new()
    {
        Name = network.Name,
        Id = "",
        Type = network.Type.Length == 0 ? NetworkRecord.Bridge : network.Type,
        Subnets =
        [
            .. network.Subnets.Select(subnet => new SubnetRecord
            {
                Subnet = subnet.Subnet_,
                Gateway = subnet.Gateway,
                Range = subnet.IpRange,
                Aux = [.. subnet.AuxAddresses],
            }),
        ],
        Internal = network.Internal,
        Isolated = network.Isolated,
        Masquerade = !network.NoMasquerade,
        Mtu = (int)Math.Min(network.Mtu, int.MaxValue),
        InterfaceName = network.InterfaceName,
        HostAddress = network.HostAddress,
        CniConfig = network.CniConfig,
        Labels = network.Labels.ToDictionary(),
    };

    public static NetworkConfig Map(NetworkRecord record)
    {
        var network = new NetworkConfig
        {
            Name = record.Name,
            Id = record.Id,
            Type = record.Type,
            Ipv6 = record.IPv6 is not null,
            Internal = record.Internal,
            Isolated = record.Isolated,
            NoMasquerade = !record.Masquerade,
            Mtu = (uint)record.Mtu,
            InterfaceName = record.InterfaceName,
            HostAddress = record.HostAddress,
            CniConfig = record.CniConfig,
            CreatedAt = record.CreatedAt.ToTimestamp(),
        };
        foreach (var subnet in record.Subnets)
        {
            var mapped = new Subnet { Subnet_ = subnet.Subnet, Gateway = subnet.Gateway, IpRange = subnet.Range };
            mapped.AuxAddresses.Add(subnet.Aux);
            network.Subnets.Add(mapped);
        }

        foreach (var (name, value) in record.Labels)
        {
            network.Labels[name] = value;
        }

        return network;
    }

    public static NetworkEndpoint Map(string container, EndpointRecord record)
    {
        var endpoint = new NetworkEndpoint
        {
            ContainerId = container,
            Network = record.Network,
            InterfaceName = record.InterfaceName,
            MacAddress = record.MacAddress,
            Ipv4Address = WithLength(record.IPv4Address, record.IPv4PrefixLength),
            Ipv4Gateway = record.IPv4Gateway,
            Ipv6Address = WithLength(record.IPv6Address, record.IPv6PrefixLength),
            Ipv6Gateway = record.IPv6Gateway,
            Mtu = (uint)record.Mtu,
        };
        endpoint.Aliases.Add(record.Aliases);
        return endpoint;
    }

    public static PublishedPort Map(PortRecord port) => new()
    {
        HostIp = port.HostIp,
        HostPort = (uint)port.HostPort,
        ContainerPort = (uint)port.ContainerPort,
        Protocol = port.Protocol,
    };

    public static NetworkStats Map(LinkInfo link) => new()
    {
        InterfaceName = link.Name,
        ReceivedBytes = link.Counters.ReceivedBytes,
        ReceivedPackets = link.Counters.ReceivedPackets,
        ReceiveErrors = link.Counters.ReceiveErrors,
        ReceiveDropped = link.Counters.ReceiveDropped,
        SentBytes = link.Counters.SentBytes,
        SentPackets = link.Counters.SentPackets,
        SendErrors = link.Counters.SendErrors,
        SendDropped = link.Counters.SendDropped,
    };

    public static AttachmentRequest Map(NetworkAttachment attachment) =>
        new(attachment.Network == "default" ? NetworkManager.DefaultNetwork : attachment.Network)
        {
            IPv4Address = attachment.Ipv4Address,
            IPv6Address = attachment.Ipv6Address,
            MacAddress = attachment.MacAddress,
            Aliases = [.. attachment.Aliases],
            GatewayPriority = attachment.GatewayPriority,
        };

    public static PortRequest Map(PortMapping port) => new(Number(port.ContainerPort), Number(port.ContainerPortEnd))
    {
        HostIp = port.HostIp,
        HostPort = Number(port.HostPort),
        HostPortEnd = Number(port.HostPortEnd),
        Protocol = port.Protocol,
    };

    /// <summary>"80", "80/udp", "8000-8010/tcp". Errors: InvalidArgument.</summary>
    public static PortRequest MapExposed(string text)
    {
        var slash = text.Split('/', 2);
        var ends = slash[0].Split('-', 2);
        return int.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out var first)
            && int.TryParse(ends[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var last)
            ? new PortRequest(first, last) { Protocol = slash.Length == 2 ? slash[1] : "" }
            : throw RpcException.InvalidArgument(
                "exposed_ports", $"\"{text}\" is no port: write 80, 80/udp or 8000-8010/tcp");
    }

    // What is too large stays too large, and is refused by its name later.
    private static int Number(uint port) => (int)Math.Min(port, int.MaxValue);

    private static string WithLength(string address, int length) =>
        address.Length == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{address}/{length}");
}
