using System.Text;
using ShimService.Daemon.Host;
using ShimService.Network;
using ShimService.Oci.Build;
using ShimService.Oci.Build.Names;
using V1 = ShimService.Contracts.V1;

namespace ShimService.Daemon.Verbs.Creation;

/// <summary>
/// /etc/hostname, /etc/hosts and /etc/resolv.conf of a container, as files of its task's directory that are mounted.
/// </summary>
/// <param name="Config">With the files.</param>
/// <param name="Contents">What they hold, by name; a hosts file that networks write is not among them.</param>
/// <param name="Networking">What was wanted of networks, with the place of the hosts file they write.</param>
internal sealed record NameFiles(
    ContainerConfig Config, IReadOnlyDictionary<string, byte[]> Contents, NetworkingRequest? Networking)
{
    /// <summary>In the task's directory, and below /etc in the container.</summary>
    public static readonly string[] Names = [Hostname, Hosts, Resolver];

    private const string Hostname = "hostname";
    private const string Hosts = "hosts";
    private const string Resolver = "resolv.conf";
    private const string Place = "/etc/";
    private static readonly Dictionary<string, byte[]> None = [];

    /// <summary>Errors: SpecException with the field.</summary>
    /// <param name="asked">The config as it came.</param>
    /// <param name="config">The same as the builder's values.</param>
    /// <param name="bundle">Where the files will be.</param>
    /// <param name="wanted">What it wants of networks; null = nothing.</param>
    /// <param name="hasIPv6">Whether its networks have IPv6.</param>
    public static NameFiles Of(
        V1.ContainerConfig asked, ContainerConfig config, string bundle, NetworkingRequest? wanted, bool hasIPv6)
    {
        if (!AreWanted(asked))
        {
            return new NameFiles(config, None, wanted);
        }

        if (config.DonorOfNetwork is { Files.Count: > 0 } donor)
        {
            return new NameFiles(config with { Files = donor.Files }, None, wanted);
        }

        var files = Names.Where(name => config.Mounts.All(mount => mount.Destination != Place + name)).ToList();
        var contents = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var name in files)
        {
            // On a network of ours the network writes it, and again whenever somebody comes or goes.
            if (name != Hosts || wanted is null)
            {
                contents[name] = ContentOf(name, config, hasIPv6);
            }
        }

        return new NameFiles(
            config with { Files = files.ToDictionary(name => Place + name, name => Path.Combine(bundle, name)) },
            contents,
            wanted is not null && files.Contains(Hosts)
                ? wanted with { HostsFile = Path.Combine(bundle, Hosts) }
                : wanted);
    }

    private static byte[] ContentOf(string name, ContainerConfig config, bool hasIPv6) => name switch
    {
        Hostname => HostnameContent(config),
        Hosts => HostsContent(config),
        _ => ResolvConf.Build(HostResolver(), new ResolvConfig
        {
            Servers = config.Dns,
            Search = config.DnsSearch,
            Options = config.DnsOptions,
            IsHostNetwork = config.Namespaces.Network == "host",
            HasIpv6 = hasIPv6,
        }),
    };

    private static byte[] HostnameContent(ContainerConfig config) => Encoding.UTF8.GetBytes(
        (config.Namespaces.Uts == "host"
            ? HostFacts.TryReadText("/proc/sys/kernel/hostname")
            : HostnameSection.Build(config)) + "\n");

    private static byte[] HostsContent(ContainerConfig config)
    {
        var extra = config.ExtraHosts.Select((host, i) => ExtraHost.Parse(host, $"config.extra_hosts[{i}]")).ToList();
        if (config.Namespaces.Network == "host" && extra.Count == 0)
        {
            return Encoding.UTF8.GetBytes(HostFacts.TryReadText("/etc/hosts") + "\n");
        }

        var content = new HostsContent
        {
            Hostname = HostnameSection.Build(config),
            Domainname = config.Domainname,
            HasIpv6 = !HostsOfNetworks.IsIPv6Off(config.Sysctls),
            Extra = extra,
        };
        HostsFile.Check(content);
        return HostsFile.Build(content);
    }

    // In a plain directory, which is the caller's own, a mount point is not made for nothing.
    private static bool AreWanted(V1.ContainerConfig config) => config.HasNameFiles
        ? config.NameFiles
        : config.Rootfs?.Layers.Count > 0 || config.Hostname.Length > 0 || config.Networking is { Networks.Count: > 0 }
            || config.ExtraHosts.Count + config.Dns.Count + config.DnsSearch.Count + config.DnsOptions.Count > 0;

    private static string HostResolver()
    {
        var own = HostFacts.TryReadText("/etc/resolv.conf");
        return ResolvConf.IsStub(own) && File.Exists(ResolvConf.UpstreamPath)
            ? HostFacts.TryReadText(ResolvConf.UpstreamPath)
            : own;
    }
}
