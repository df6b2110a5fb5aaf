using ShimService.Linux.Errors;
using ShimService.Linux.Netlink;
using ShimService.Network.Bridges;
using ShimService.Network.Cni;
using ShimService.Network.Errors;
using ShimService.Network.Firewall;
using ShimService.Network.Ports;
using ShimService.Network.Store;

namespace ShimService.Network;

/// <summary>
/// Networks, and the containers on them. A container's way:
/// <code>
/// Prepare: leases, ports ─▶ record written ─▶ (the container is created) ─▶ Attach: interfaces, plugins, firewall
/// Release: firewall, plugins, interfaces ─▶ leases, ports ─▶ record removed
/// </code>
/// So a record names everything that may be there, whenever this process is killed, and <see cref="RecoverAsync"/>
/// removes what belongs to nobody. Nothing is opened, started or written before the first container or network. Any
/// thread may call any member. Errors: TaskException.
/// </summary>
public sealed partial class NetworkManager : IDisposable
{
    /// <summary>The network that is made when a container asks for it.</summary>
    public const string DefaultNetwork = "bridge";

    private readonly NetworkSettings _settings;
    private readonly TimeProvider _time;
    private readonly HostsWriter _hosts;
    private readonly NetworkStore _store;
    private readonly BridgeDriver _bridges = new();
    private readonly NftFirewall _firewall;
    private readonly CniRunner _cni;
    private readonly PortHolder _ports = new();
    private readonly HeldNamespaces _held = new();
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _changes = new(1, 1);
    private readonly Dictionary<string, NetworkState> _networks = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ContainerRecord> _containers = new(StringComparer.Ordinal);

    public NetworkManager(NetworkSettings settings, TimeProvider time, HostsWriter hosts)
    {
        (_settings, _time, _hosts) = (settings, time, hosts);
        _store = new NetworkStore(settings);
        _cni = new CniRunner(settings);
        _firewall = new NftFirewall(settings, ReadTruth);
    }

    /// <summary>What a container has on networks; null when it has nothing.</summary>
    public ContainerRecord? Find(string container)
    {
        lock (_gate)
        {
            return _containers.GetValueOrDefault(container);
        }
    }

    /// <summary>What is wrong with the networks of a container that was attached, for people.</summary>
    public IReadOnlyList<string> WarningsOf(string container) => Find(container) is { } record
        ? [.. record.Endpoints.Select(StateOf).SelectMany(static network => network?.Warnings ?? []).Distinct()]
        : [];

    /// <summary>The container's interfaces and what they have carried, as it sees them.</summary>
    public async Task<IReadOnlyList<LinkInfo>> CountersAsync(int pid)
    {
        try
        {
            return await _bridges.ReadLinksAsync(pid);
        }
        catch (KernelException error)
        {
            throw NetworkErrors.Of(error, $"counters of process {pid}");
        }
    }

    public void Dispose()
    {
        _ports.Dispose();
        _held.Dispose();
        _bridges.Dispose();
        _firewall.Dispose();
        _changes.Dispose();
    }

    private (IReadOnlyList<NetworkRecord>, IReadOnlyList<ForwardedPort>) ReadTruth()
    {
        lock (_gate)
        {
            return (
                [.. _networks.Values.Select(static network => network.Record)],
                [.. _containers.Values.SelectMany(Forwarded)]);
        }
    }

    // Published ports lead to the endpoint that has the default route; a plugin publishes its own.
    private static List<ForwardedPort> Forwarded(ContainerRecord container)
    {
        var forwarded = new List<ForwardedPort>();
        if (GatewayOf(container) is not { HostInterface.Length: > 0 } endpoint)
        {
            return forwarded;
        }

        foreach (var port in container.Ports)
        {
            var address = port.IsIPv6 ? endpoint.IPv6Address : endpoint.IPv4Address;
            if (address.Length > 0)
            {
                forwarded.Add(new ForwardedPort(port, address));
            }
        }

        return forwarded;
    }

    // Source: Docker's rule, the highest priority, then the first name.
    private static EndpointRecord? GatewayOf(ContainerRecord container) => container.Endpoints
        .Where(static endpoint => endpoint.IPv4Gateway.Length > 0 || endpoint.IPv6Gateway.Length > 0)
        .OrderByDescending(static endpoint => endpoint.GatewayPriority)
        .ThenBy(static endpoint => endpoint.Network, StringComparer.Ordinal)
        .FirstOrDefault();

    private NetworkState Require(string name) =>
        _networks.TryGetValue(name, out var network) ? network : throw NetworkErrors.Unknown(name);

    private void Replace(ContainerRecord container)
    {
        _store.Write(container);
        lock (_gate)
        {
            _containers[container.Container] = container;
        }
    }

    // One at a time: what changes a network or an existing container.
    private async Task<T> ChangeAsync<T>(string subject, Func<Task<T>> change)
    {
        await _changes.WaitAsync();
        try
        {
            return await change();
        }
        catch (KernelException error)
        {
            throw NetworkErrors.Of(error, subject);
        }
        catch (IOException error)
        {
            throw NetworkErrors.Failed("write records", $"{subject}: {error.Message}", null, error);
        }
        finally
        {
            _changes.Release();
        }
    }
}
