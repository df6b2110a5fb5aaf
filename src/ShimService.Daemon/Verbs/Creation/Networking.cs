using ShimService.Contracts.V1;
using ShimService.Daemon.Host;
using ShimService.Daemon.Verbs.Networks;
using ShimService.Network;
using ShimService.Oci.Build;
using ShimService.Oci.Build.Names;
using ShimService.Rpc;

namespace ShimService.Daemon.Verbs.Creation;

/// <summary>
/// What a config says of networks, as a namespace in the config and a request to the manager. "none" is what a config
/// without networking gets; "host" and "container:ID" are namespaces that exist.
/// </summary>
internal static class Networking
{
    /// <summary>
    /// The request as the spec is built from it, and what its container wants of networks; null for nothing.
    /// </summary>
    public static (CreateRequest Request, NetworkingRequest? Wanted) Resolve(CreateRequest request)
    {
        if (request.Config?.Networking is not { } networking)
        {
            return (request, null);
        }

        if (request.Config.Namespaces is { Network.Length: > 0 })
        {
            throw Invalid("networks", "networking and namespaces.network exclude each other: give one");
        }

        var resolved = request.Clone();
        resolved.Config.Namespaces ??= new Namespaces();
        var alone = networking.Networks.FirstOrDefault(attachment => IsMode(attachment.Network))?.Network;
        if (alone is not null)
        {
            CheckAlone(networking, alone);
            resolved.Config.Namespaces.Network = alone == "none" ? "private" : alone;
            if (alone == "host" && resolved.Config is { Hostname: "", Namespaces.Uts: "" or "private" }
                && HostFacts.TryReadText("/proc/sys/kernel/hostname") is var name && HostnameSection.IsValid(name))
            {
                resolved.Config.Hostname = name;
            }

            return (resolved, null);
        }

        var wanted = Request(request.Id, request.Config, networking);
        if (wanted.Networks.Count == 0)
        {
            return (resolved, null);
        }

        return (resolved, wanted);
    }

    private static NetworkingRequest Request(string id, Contracts.V1.ContainerConfig config, ContainerNetworking networking)
    {
        var ports = networking.Ports.Select(NetworkMapping.Map).ToList();
        if (networking.PublishAll)
        {
            ports.AddRange(networking.ExposedPorts.Select(NetworkMapping.MapExposed));
        }

        var networks = networking.Networks.Select(NetworkMapping.Map).ToList();
        if (networks.Count == 0 && (ports.Count > 0 || networking.Links.Count > 0))
        {
            networks.Add(new AttachmentRequest(NetworkManager.DefaultNetwork));
        }

        return new NetworkingRequest
        {
            Container = id,
            Hostname = config.Hostname.Length > 0 ? config.Hostname : id,
            Domainname = config.Domainname,
            IPv6Off = HostsOfNetworks.IsIPv6Off(config.Sysctls.AsReadOnly()),
            ExtraHosts = [.. config.ExtraHosts.Select(static (host, i) =>
            {
                var extra = ExtraHost.Parse(host, $"config.extra_hosts[{i}]");
                return $"{extra.Name}={extra.Address}";
            })],
            Networks = networks,
            Ports = ports,
            Links = [.. networking.Links],
            Exposed = [.. networking.ExposedPorts.Select(NetworkMapping.MapExposed)],
            Env = [.. config.Env],
        };
    }

    // Names, ports and hardware addresses are for the rules of the modes to judge.
    private static void CheckAlone(ContainerNetworking networking, string mode)
    {
        if (networking.Networks.Count > 1)
        {
            throw Invalid("networks", $"{mode} is no network: it stands alone");
        }

        if (networking.Networks[0] is { Ipv4Address.Length: > 0 } or { Ipv6Address.Length: > 0 } or { Aliases.Count: > 0 })
        {
            throw Invalid("networks", $"{mode} takes no addresses and aliases");
        }

        if (mode != "none")
        {
            return;
        }

        if (networking.Ports.Count > 0 || networking.PublishAll || networking.Links.Count > 0)
        {
            throw Invalid(
                networking.Links.Count > 0 ? "links" : "ports",
                $"with {mode} there is nothing to publish or link: leave them out");
        }

        if (networking.Networks[0].MacAddress.Length > 0)
        {
            throw Invalid("networks", $"{mode} takes no hardware address");
        }
    }

    private static bool IsMode(string network) =>
        network is "none" or "host" || network.StartsWith("container:", StringComparison.Ordinal);

    private static RpcException Invalid(string field, string message) =>
        RpcException.InvalidArgument($"config.networking.{field}", $"config.networking.{field}: {message}");
}
