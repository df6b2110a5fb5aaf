using System.Text;
using ShimService.Daemon.Host;
using ShimService.Oci.Build;
using ShimService.Oci.Build.Names;
using V1 = ShimService.Contracts.V1;

namespace ShimService.Daemon.Verbs.Creation;

/// <summary>
/// /etc/hostname, /etc/hosts and /etc/resolv.conf of a container, as files of its task's directory that are mounted.
/// </summary>
internal sealed record NameFiles(ContainerConfig Config, IReadOnlyDictionary<string, byte[]> Contents)
{
    private const string Hostname = "hostname";
    private const string Hosts = "hosts";
    private const string Resolver = "resolv.conf";

    private static readonly Dictionary<string, byte[]> None = [];

    /// <summary>Errors: SpecException with the field.</summary>
    /// <param name="asked">The config as it came.</param>
    /// <param name="config">The same as the builder's values.</param>
    /// <param name="bundle">Where the files will be.</param>
    /// <param name="networkHosts">The hosts file that a network writes; "" = there is none.</param>
    public static NameFiles Of(V1.ContainerConfig asked, ContainerConfig config, string bundle, string networkHosts)
    {
        if (!AreWanted(asked))
        {
            return new NameFiles(config, None);
        }

        var contents = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        Add(Hostname, () => HostnameContent(config));

        // On a network of ours the network writes it, and again whenever somebody comes or goes.
        if (networkHosts.Length == 0)
        {
            Add(Hosts, () => HostsContent(config));
        }

        Add(Resolver, () => ResolvConf.Build(HostResolver(), new ResolvConfig
        {
            Servers = config.Dns,
            Search = config.DnsSearch,
            Options = config.DnsOptions,
            IsHostNetwork = config.Namespaces.Network == "host",
        }));
        return new NameFiles(
            config with { Files = contents.ToDictionary(file => "/etc/" + file.Key, file => Path.Combine(bundle, file.Key)) },
            contents);

        void Add(string name, Func<byte[]> content)
        {
            if (config.Mounts.All(mount => mount.Destination != "/etc/" + name))
            {
                contents[name] = content();
            }
        }
    }

    private static byte[] HostnameContent(ContainerConfig config) => Encoding.UTF8.GetBytes(
        (config.Namespaces.Uts == "host" ? HostFacts.TryReadText("/proc/sys/kernel/hostname") : Name(config)) + "\n");

    private static byte[] HostsContent(ContainerConfig config)
    {
        var extra = config.ExtraHosts.Select((host, i) => ExtraHost.Parse(host, $"config.extra_hosts[{i}]")).ToList();
        return config.Namespaces.Network == "host" && extra.Count == 0
            ? Encoding.UTF8.GetBytes(HostFacts.TryReadText("/etc/hosts") + "\n")
            : HostsFile.Build(new HostsContent
            {
                Hostname = Name(config), Domainname = config.Domainname, Extra = extra,
            });
    }

    private static string Name(ContainerConfig config) =>
        config.Hostname.Length > 0 ? config.Hostname : config.Id[..Math.Min(config.Id.Length, 64)];

    // In a plain directory, which is the caller's own, a mount point is not made for nothing.
    private static bool AreWanted(V1.ContainerConfig config) => config.HasNameFiles
        ? config.NameFiles
        : config.Rootfs?.Layers.Count > 0 || config.Hostname.Length > 0
            || config.ExtraHosts.Count + config.Dns.Count + config.DnsSearch.Count + config.DnsOptions.Count > 0;

    private static string HostResolver()
    {
        var own = HostFacts.TryReadText("/etc/resolv.conf");
        return ResolvConf.IsStub(own) && File.Exists(ResolvConf.UpstreamPath)
            ? HostFacts.TryReadText(ResolvConf.UpstreamPath)
            : own;
    }
}
