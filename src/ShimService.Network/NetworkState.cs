using System.Net;
using ShimService.Network.Addresses;

namespace ShimService.Network;

/// <summary>A network and who has which of its addresses. Touched under the manager's lock only.</summary>
internal sealed class NetworkState(NetworkRecord record)
{
    private readonly AddressPool? _pool4 = record.IPv4 is { } subnet ? new AddressPool(subnet) : null;
    private readonly AddressPool? _pool6 = record.IPv6 is { } subnet ? new AddressPool(subnet) : null;

    public NetworkRecord Record { get; } = record;

    /// <summary>Whether its rules are in the firewall.</summary>
    public bool IsReady { get; set; }

    /// <summary>What keeps its containers from being reached, as far as was looked; null = nobody has looked.</summary>
    public IReadOnlyList<string>? Warnings { get; set; }

    public AddressPool? PoolOf(IPAddress address) =>
        address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? _pool6 : _pool4;

    public AddressPool? IPv4 => _pool4;

    public AddressPool? IPv6 => _pool6;

    /// <summary>Gives back what an endpoint has leased.</summary>
    public void Return(EndpointRecord endpoint)
    {
        foreach (var address in Leased(endpoint))
        {
            PoolOf(address)?.Return(address);
        }
    }

    /// <summary>Takes what an endpoint of before has leased.</summary>
    public void TakeAgain(EndpointRecord endpoint)
    {
        foreach (var address in Leased(endpoint))
        {
            PoolOf(address)?.TryTake(address);
        }
    }

    private static IEnumerable<IPAddress> Leased(EndpointRecord endpoint) => endpoint.Addresses.Select(IPAddress.Parse);
}
