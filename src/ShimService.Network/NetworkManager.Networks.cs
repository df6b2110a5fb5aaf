using System.Security.Cryptography;
using ShimService.Network.Addresses;
using ShimService.Network.Cni;
using ShimService.Network.Errors;

namespace ShimService.Network;

/// <content>Networks themselves: make, list, delete.</content>
public sealed partial class NetworkManager
{
    private const int LongestName = 64;

    // Of the kernel's fifteen, less what we put before it.
    private const int IdBytes = 6;
    private const int LongestInterface = 15;

    /// <summary>The network by its name. Errors: NotFound.</summary>
    public NetworkRecord Get(string name)
    {
        lock (_gate)
        {
            return Require(name).Record;
        }
    }

    /// <summary>Whether one of the networks has IPv6; a cni network is not asked, it says so when it is joined.</summary>
    public bool HasIPv6(NetworkingRequest request)
    {
        lock (_gate)
        {
            return request.Networks.Any(
                asked => _networks.TryGetValue(asked.Network, out var network) && network.Record.IPv6 is not null);
        }
    }

    public IReadOnlyList<NetworkRecord> List()
    {
        lock (_gate)
        {
            return
            [
                .. _networks.Values.Select(static network => network.Record)
                    .OrderBy(static network => network.Name, StringComparer.Ordinal),
            ];
        }
    }

    /// <summary>Who is on a network.</summary>
    public IReadOnlyList<(string Container, EndpointRecord Endpoint)> EndpointsOf(NetworkRecord network)
    {
        lock (_gate)
        {
            return
            [
                .. from container in _containers.Values
                   from endpoint in container.Endpoints
                   where endpoint.NetworkId == network.Id
                   orderby container.Container
                   select (container.Container, endpoint),
            ];
        }
    }

    /// <summary>
    /// Makes a network from what was asked for; what is empty is filled. The bridge comes with the first use.
    /// </summary>
    public Task<NetworkRecord> CreateAsync(NetworkRecord asked, bool withIPv6) =>
        ChangeAsync($"make network {asked.Name}", () =>
        {
            CheckName(asked.Name);
            lock (_gate)
            {
                return _networks.ContainsKey(asked.Name)
                    ? throw NetworkErrors.Exists(asked.Name)
                    : Task.FromResult(Make(asked, withIPv6).Record);
            }
        });

    /// <summary>Errors: NotFound, FailedPrecondition while a container is on it.</summary>
    public Task DeleteAsync(string name) => ChangeAsync($"delete network {name}", async () =>
    {
        NetworkState network;
        lock (_gate)
        {
            network = Require(name);
            if (EndpointsOf(network.Record) is { Count: > 0 } endpoints)
            {
                throw NetworkErrors.InUse($"network {name}",
                    $"network {name} is in use by "
                        + string.Join(", ", endpoints.Select(static one => one.Container).Distinct().Take(5))
                        + "; "
                        + "disconnect or delete them first");
            }

            // From here on nobody comes onto it.
            _networks.Remove(name);
        }

        if (network.Record is { Type: NetworkRecord.Bridge, IsForeignBridge: false })
        {
            _bridges.DeleteLink(network.Record.InterfaceName);
        }

        if (network.IsReady && network.Record.Type == NetworkRecord.Bridge)
        {
            await RefreshFirewallAsync();
        }

        _store.Remove(network.Record);
        return true;
    });

    // Without a network there is no table either.
    private Task RefreshFirewallAsync() =>
        List().Any(
            static network => network.Type == NetworkRecord.Bridge) ? _firewall.MakeAsync() : _firewall.DeleteAsync();

    // Under the lock.
    private NetworkState Make(NetworkRecord asked, bool withIPv6)
    {
        var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdBytes));
        var record = asked with { Id = id, CreatedAt = _time.GetUtcNow() };
        record = asked.Type switch
        {
            NetworkRecord.Bridge => CompleteBridge(record, withIPv6),
            NetworkRecord.Cni => CompletePlugins(record),
            _ => throw NetworkErrors.Invalid("type", $"\"{asked.Type}\" is neither bridge nor cni"),
        };
        _store.Write(record);
        var state = new NetworkState(record);
        _networks.Add(record.Name, state);
        return state;
    }

    private NetworkRecord CompleteBridge(NetworkRecord asked, bool withIPv6)
    {
        if (asked.CniConfig.Length > 0)
        {
            throw NetworkErrors.Invalid("cni_config", "goes with type cni");
        }

        var subnets =
            asked.Subnets.Select((subnet, index) => Addressing.Complete(subnet, $"subnets[{index}]")).ToList();
        if (subnets.GroupBy(static subnet => subnet.IsIPv6).Any(static family => family.Count() > 1))
        {
            throw NetworkErrors.Invalid("subnets", "at most one of each family");
        }

        var networks = _networks.Values.SelectMany(static network => network.Record.Subnets)
            .Select(static subnet => subnet.Block).ToList();
        foreach (var subnet in subnets)
        {
            if (networks.Any(used => used.Overlaps(subnet.Block)))
            {
                throw NetworkErrors.Taken($"subnets: {subnet.Subnet} overlaps with that of another network");
            }
        }

        if (!subnets.Any(static subnet => !subnet.IsIPv6))
        {
            subnets.Insert(0, Addressing.FindFree([.. networks, .. _bridges.UsedBlocks()]));
        }

        if (withIPv6 && !subnets.Any(static subnet => subnet.IsIPv6))
        {
            subnets.Add(Addressing.MakeUniqueLocal());
        }

        if (asked.HostAddress.Length > 0)
        {
            Addressing.Parse(asked.HostAddress, "host_address");
        }

        var name = asked.InterfaceName.Length > 0 ? asked.InterfaceName : "sn-" + asked.Id;
        if (name.Length > LongestInterface || name.AsSpan().IndexOfAny("/ \"\t:") >= 0 || name is "." or "..")
        {
            throw NetworkErrors.Invalid("interface_name", $"\"{name}\" is no interface's name: at most 15 letters");
        }

        if (_networks.Values.Any(network => network.Record.InterfaceName == name))
        {
            throw NetworkErrors.Taken($"interface_name: {name} belongs to another network");
        }

        return asked with
        {
            Subnets = subnets,
            InterfaceName = name,
            IsForeignBridge = asked.InterfaceName.Length > 0 && _bridges.FindLink(name) is not null,
            Mtu = asked.Mtu > 0 ? asked.Mtu : _bridges.DefaultMtu(),
        };
    }

    private static NetworkRecord CompletePlugins(NetworkRecord asked)
    {
        CniConfig.Parse(asked.CniConfig);
        return asked.Subnets.Count == 0 && asked.InterfaceName.Length == 0
            ? asked
            : throw NetworkErrors.Invalid(
                "subnets", "a cni network's addresses are its plugins' to say: put them into cni_config");
    }

    private static void CheckName(string name)
    {
        if (name is "" or "host" or "none" or "default" or "private" || name.Length > LongestName
            || !char.IsAsciiLetterOrDigit(name[0])
            || name.Any(static letter => !char.IsAsciiLetterOrDigit(letter) && letter is not ('_' or '.' or '-')))
        {
            throw NetworkErrors.Invalid("name", $"\"{name}\" is no network's name: letters, digits, '_', '.', '-', "
                + $"at most {LongestName}; host, none, default and private are taken");
        }
    }
}
