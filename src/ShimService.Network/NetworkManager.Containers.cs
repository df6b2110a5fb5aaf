using System.Globalization;
using System.Security.Cryptography;
using ShimService.Linux.Errors;
using ShimService.Linux.Netlink;
using ShimService.Network.Addresses;
using ShimService.Network.Bridges;
using ShimService.Network.Cni;
using ShimService.Network.Errors;
using ShimService.Network.Firewall;
using ShimService.Network.Names;
using ShimService.Network.Ports;
using ShimService.Tasks.Errors;

namespace ShimService.Network;

/// <content>A container from its leases to their end.</content>
public sealed partial class NetworkManager
{
    private const int HostInterfaceBytes = 6;
    private const byte UserDatagram = 17, StreamControl = 132;

    /// <summary>
    /// Leases addresses and holds ports; the record is written. Nothing in the kernel but bound ports. Errors: NotFound
    /// for a network, AlreadyExists for an address or a port, ResourceExhausted; then nothing is left.
    /// </summary>
    public ContainerRecord Prepare(NetworkingRequest request)
    {
        var ports = request.Ports.SelectMany((port, index) => PortNumbers.Expand(port, $"ports[{index}]")).ToList();
        var exposed = request.Exposed
            .SelectMany(static (port, index) => PortNumbers.Expand(port, $"exposed_ports[{index}]"))
            .Concat(ports).Select(static port => new ExposedPort(port.ContainerPort, port.Protocol)).Distinct().ToList();
        var leased = new List<(NetworkState Network, EndpointRecord Endpoint)>();
        lock (_gate)
        {
            try
            {
                foreach (var attachment in request.Networks)
                {
                    var network = attachment.Network == DefaultNetwork && !_networks.ContainsKey(DefaultNetwork)
                        ? MakeDefault()
                        : Require(attachment.Network);
                    if (leased.Exists(one => one.Network == network))
                    {
                        throw NetworkErrors.Connected(request.Container, attachment.Network);
                    }

                    leased.Add((network, Lease(network, attachment, $"eth{leased.Count}")));
                }

                var record = new ContainerRecord
                {
                    Container = request.Container,
                    Hostname = request.Hostname,
                    Domainname = request.Domainname,
                    IPv6Off = request.IPv6Off,
                    HostsFile = request.HostsFile,
                    ExtraHosts = request.ExtraHosts,
                    Links = request.Links,
                    Exposed = exposed,
                    Env = request.Env,
                    Endpoints = [.. leased.Select(static one => one.Endpoint)],
                };
                FindLinks(record.Links, endpoint => record.Endpoints.Any(own => own.NetworkId == endpoint.NetworkId));
                record = record with { Ports = TakePorts(record, ports) };
                _store.Write(record);
                _containers[record.Container] = record;
                return record;
            }
            catch (Exception error)
            {
                leased.ForEach(static one => one.Network.Return(one.Endpoint));
                _ports.Return(request.Container);
                throw error switch
                {
                    KernelException kernel => NetworkErrors.Of(kernel, $"networks of container {request.Container}"),
                    IOException => NetworkErrors.Failed(
                        "write records", $"networks of container {request.Container}: {error.Message}", null, error),
                    _ => error,
                };
            }
        }
    }

    /// <summary>
    /// Makes what was prepared, in the network namespace of a process that exists and has not run yet. When it fails
    /// something may be left: Release.
    /// </summary>
    public async Task AttachAsync(string container, int pid)
    {
        var record = Find(container) ?? throw NetworkErrors.NotConnected(container, "any");
        try
        {
            record = await AttachAsync(record, record.Endpoints, pid);
            var forwarded = Forwarded(record);
            if (forwarded.Count > 0)
            {
                await _firewall.AddAsync(forwarded);
                ForgetFlows(forwarded);
            }
        }
        catch (KernelException error)
        {
            throw NetworkErrors.Of(error, $"networks of container {container}");
        }
    }

    /// <summary>
    /// Takes away all that a container has on networks; without anything it returns at once. What fails does not keep
    /// the rest; then the record stays for the next start, and the first error is thrown.
    /// </summary>
    public async Task ReleaseAsync(string container)
    {
        if (Find(container) is null)
        {
            return;
        }

        await ChangeAsync($"networks of container {container}", async () =>
        {
            ContainerRecord? record;
            lock (_gate)
            {
                _containers.Remove(container, out record);
            }

            if (record is not null)
            {
                await ReleaseAsync(record, pid: 0);
                RefreshNames(record.Endpoints);
            }

            return true;
        });
    }

    private async Task ReleaseAsync(ContainerRecord record, int pid)
    {
        Exception? first = null;
        var forwarded = Forwarded(record);
        if (forwarded.Count > 0)
        {
            await TryAsync(() => _firewall.RemoveAsync(forwarded));
            ForgetFlows(forwarded);
        }

        foreach (var endpoint in record.Endpoints)
        {
            await TryAsync(() => RemoveAsync(record, endpoint, pid));
        }

        _ports.Return(record.Container);
        _held.Release(record.Container);
        if (first is not null)
        {
            throw first;
        }

        lock (_gate)
        {
            foreach (var endpoint in record.Endpoints)
            {
                StateOf(endpoint)?.Return(endpoint);
            }
        }

        _store.Remove(record);

        async Task TryAsync(Func<Task> step)
        {
            try
            {
                await step();
            }
            catch (Exception error) when (error is KernelException or TaskException)
            {
                first ??= error;
            }
        }
    }

    // What was made for one endpoint; the container's process may be gone, and its interfaces with it.
    private async Task RemoveAsync(ContainerRecord record, EndpointRecord endpoint, int pid)
    {
        if (endpoint.HostInterface.Length > 0)
        {
            _bridges.DeleteLink(endpoint.HostInterface);
        }
        else if (StateOf(endpoint) is { } network)
        {
            var config = CniConfig.Parse(network.Record.CniConfig);
            try
            {
                await _cni.DeleteAsync(
                    config, TargetOf(record, endpoint), endpoint.CniResult, _held.PathOf(record.Container, pid));
            }
            catch (TaskException) when (endpoint.CniResult.Length == 0)
            {
                // It was never added: plugins that refuse a configuration for ADD refuse it for DEL, too.
            }
        }
    }

    private async Task<ContainerRecord> AttachAsync(
        ContainerRecord record, IReadOnlyList<EndpointRecord> added, int pid)
    {
        var bridged = added.Where(static endpoint => endpoint.HostInterface.Length > 0).ToList();
        if (bridged.Count > 0)
        {
            var bridges = new List<BridgePort>();
            foreach (var endpoint in bridged)
            {
                var network = StateOf(endpoint) ?? throw NetworkErrors.Unknown(endpoint.Network);
                bridges.Add(new BridgePort(await ReadyAsync(network), network.Record.Isolated, record.Ports.Count > 0));
                await LookAroundAsync(network);
            }

            await _bridges.AttachAsync(pid, bridged, bridges, GatewayOf(record));
        }

        foreach (var endpoint in added.Where(static endpoint => endpoint.HostInterface.Length == 0))
        {
            var network = StateOf(endpoint) ?? throw NetworkErrors.Unknown(endpoint.Network);
            var result = await _cni.AddAsync(
                CniConfig.Parse(
                    network.Record.CniConfig), TargetOf(record, endpoint), _held.PathOf(record.Container, pid));
            record = record with
            {
                Endpoints =
                    [.. record.Endpoints.Select(one => one == endpoint ? CniResult.Apply(endpoint, result) : one)],
            };
            Replace(record);
        }

        RefreshNames(record.Endpoints);
        return record;
    }

    // The bridge is looked up each time: somebody may have removed it. Answers its index.
    private async Task<int> ReadyAsync(NetworkState network)
    {
        var bridge = network.IsReady ? _bridges.FindLink(network.Record.InterfaceName) : null;
        if (bridge is not null)
        {
            return bridge.Index;
        }

        var index = _bridges.Ensure(network.Record).Index;
        await _firewall.MakeAsync();
        network.IsReady = true;
        return index;
    }

    // Once, and as long as there is something to tell: it may have been put right meanwhile.
    private async Task LookAroundAsync(NetworkState network)
    {
        if (network.Warnings is null or { Count: > 0 })
        {
            var record = network.Record;
            network.Warnings = record.Internal
                ? []
                : [.. (await _firewall.DroppingAsync(record.InterfaceName, record.IPv6 is not null))
                    .Select(chain => ForwardPolicy.Warning(chain, record.InterfaceName))];
        }
    }

    // A flow without an end that went to the host, or to the container before, would do so as long as it lasts.
    private static void ForgetFlows(List<ForwardedPort> ports)
    {
        List<TrackedPort> tracked =
        [
            .. from port in ports
               where port.Port.Protocol != "tcp"
               select new TrackedPort(
                   port.Port.Protocol == "udp" ? UserDatagram : StreamControl, port.Port.HostPort,
                   port.Port.HostIp is "0.0.0.0" or "::" ? null : System.Net.IPAddress.Parse(port.Port.HostIp)),
        ];
        if (tracked.Count == 0)
        {
            return;
        }

        try
        {
            using var flows = ConntrackSocket.Open();
            flows.Forget(tracked);
        }
        catch (KernelException)
        {
            // A kernel that translates addresses and does not tell of its flows: they end by themselves, later.
        }
    }

    // Under the lock.
    private NetworkState MakeDefault() => Make(
        new NetworkRecord
        {
            Name = DefaultNetwork,
            Id = "",
            Type = NetworkRecord.Bridge,
            InterfaceName = _settings.DefaultBridge,
        },
        withIPv6: false);

    // Under the lock.
    private static EndpointRecord Lease(NetworkState network, AttachmentRequest asked, string interfaceName)
    {
        var record = network.Record;
        KnownNames.CheckAliases(asked.Aliases);
        var endpoint = new EndpointRecord
        {
            Network = record.Name,
            NetworkId = record.Id,
            InterfaceName = interfaceName,
            Mtu = record.Mtu,
            GatewayPriority = asked.GatewayPriority,
            Aliases = asked.Aliases,
        };
        if (record.Type == NetworkRecord.Cni)
        {
            return asked is { IPv4Address: "", IPv6Address: "", MacAddress: "" }
                ? endpoint
                : throw NetworkErrors.Invalid("networks", $"addresses on {record.Name} are its plugins' to give");
        }

        var ipv4 = record.IPv4 is null ? "" : LeaseAddress(network, network.IPv4!, asked.IPv4Address, "ipv4_address");
        try
        {
            var ipv6 = record.IPv6 is null
                ? asked.IPv6Address.Length == 0
                    ? ""
                    : throw NetworkErrors.Invalid("networks.ipv6_address", $"network {record.Name} has no IPv6")
                : LeaseAddress(network, network.IPv6!, asked.IPv6Address, "ipv6_address");
            return endpoint with
            {
                HostInterface = "sv" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(HostInterfaceBytes)),
                MacAddress = MacOf(asked.MacAddress, ipv4),
                IPv4Address = ipv4,
                IPv4PrefixLength = record.IPv4?.Block.PrefixLength ?? 0,
                IPv4Gateway = record is { Internal: false, IPv4: { } subnet } ? subnet.Gateway : "",
                IPv6Address = ipv6,
                IPv6PrefixLength = record.IPv6?.Block.PrefixLength ?? 0,
                IPv6Gateway = record is { Internal: false, IPv6: { } subnet6 } ? subnet6.Gateway : "",
            };
        }
        catch (TaskException) when (ipv4.Length > 0)
        {
            network.IPv4!.Return(System.Net.IPAddress.Parse(ipv4));
            throw;
        }
    }

    private static string LeaseAddress(NetworkState network, AddressPool pool, string asked, string field)
    {
        if (asked.Length == 0)
        {
            return pool.TryTake()?.ToString() ?? throw NetworkErrors.Exhausted(string.Create(
                CultureInfo.InvariantCulture,
                $"network {network.Record.Name} has no free address: {pool.Count} are taken; ")
                + "delete containers, or make a larger network");
        }

        var address = Addressing.Parse(asked, $"networks.{field}");
        if (!network.Record.Subnets.Any(subnet => subnet.Block.Contains(address)))
        {
            throw NetworkErrors.Invalid(
                $"networks.{field}", $"{asked} is not inside a subnet of network {network.Record.Name}");
        }

        if (pool.IsEnd(address))
        {
            throw NetworkErrors.Invalid($"networks.{field}",
                $"{asked} is network {network.Record.Name}'s own or its broadcast address: give another, or none");
        }

        return pool.TryTake(address)
            ? address.ToString()
            : throw NetworkErrors.Taken($"networks.{field}: {asked} is in use on network {network.Record.Name}");
    }

    private static string MacOf(string asked, string ipv4)
    {
        if (asked.Length == 0)
        {
            return Addressing.MacOf(ipv4.Length > 0 ? System.Net.IPAddress.Parse(ipv4) : null).ToString();
        }

        return Linux.Netlink.MacAddress.TryParse(asked, out var address) && !address.IsMulticast && !address.IsZero
            ? address.ToString()
            : throw NetworkErrors.Invalid("networks.mac_address", $"\"{asked}\" is no address of an interface");
    }

    // Under the lock.
    private IReadOnlyList<PortRecord> TakePorts(ContainerRecord record, List<PortRequest> ports)
    {
        if (ports.Count == 0)
        {
            return [];
        }

        if (GatewayOf(record) is { HostInterface.Length: > 0 } endpoint)
        {
            var hostAddress = StateOf(endpoint)?.Record.HostAddress ?? "";
            return _ports.Take(
                record.Container, ports, hostAddress, endpoint.IPv4Address.Length > 0, endpoint.IPv6Address.Length > 0);
        }

        if (record.Endpoints.Any(endpoint => StateOf(endpoint)?.Record is { Type: NetworkRecord.Cni } network
            && CniConfig.Parse(network.CniConfig).PublishesPorts))
        {
            return _ports.Take(record.Container, ports, "", hasIPv4: true, hasIPv6: false);
        }

        throw NetworkErrors.Invalid("ports", record.Endpoints.Count == 0
            ? "ports are published on networks: name one"
            : "none of its networks leads out: an internal network publishes nothing, a cni one needs a plugin with portMappings");
    }

    private NetworkState? StateOf(EndpointRecord endpoint)
    {
        lock (_gate)
        {
            return _networks.TryGetValue(endpoint.Network, out var network) && network.Record.Id == endpoint.NetworkId
                ? network
                : null;
        }
    }

    private static CniTarget TargetOf(ContainerRecord record, EndpointRecord endpoint) =>
        new(record.Container, endpoint.InterfaceName, record.Ports);
}
