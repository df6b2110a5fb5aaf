namespace ShimService.Oci.Build.Rules;

/// <summary>What does not go with sharing a namespace, of the host or of another container.</summary>
internal static class ModeRules
{
    private const string Container = "container:";
    private const string Links = "config.networking.links";
    private const string MacAddress = "config.networking.networks[0].mac_address";

    internal static ContainerConfig Apply(ContainerConfig config, List<string> warnings)
    {
        var modes = config.Namespaces;
        CheckId(modes.Pid, "pid");
        CheckId(modes.Ipc, "ipc");
        CheckId(modes.Network, "network");
        CheckId(modes.Uts, "uts");
        CheckId(modes.Cgroup, "cgroup");
        CheckId(modes.User, "user");
        if (modes.Network.StartsWith(Container, StringComparison.Ordinal))
        {
            CheckContainerNetwork(config);
        }
        else if (modes.Network == "host")
        {
            config = HostNetwork(config, warnings);
        }

        if (modes.User is not ("" or "host"))
        {
            CheckUserNamespace(config);
        }

        return config;
    }

    private static void CheckId(string mode, string field)
    {
        if (mode == Container)
        {
            throw new SpecException($"config.namespaces.{field}", "\"container:\" needs the id of a container");
        }
    }

    private static void CheckContainerNetwork(ContainerConfig config)
    {
        const string why = "is not this container's to set: it has the network of another one";
        Refuse(config.Hostname.Length > 0, "config.hostname", why);
        Refuse(config.Links.Count > 0, Links, why);
        Refuse(config.Dns.Count > 0, "config.dns", why);
        Refuse(config.DnsSearch.Count > 0, "config.dns_search", why);
        Refuse(config.DnsOptions.Count > 0, "config.dns_options", why);
        Refuse(config.ExtraHosts.Count > 0, "config.extra_hosts", why);
        Refuse(config.Publishes, "config.networking.ports", why);
        Refuse(config.Exposes, "config.networking.exposed_ports", why);
        Refuse(config.HasMacAddress, MacAddress, why);
    }

    private static ContainerConfig HostNetwork(ContainerConfig config, List<string> warnings)
    {
        Refuse(config.Links.Count > 0, Links, "does not go with the host's network");
        Refuse(config.HasMacAddress, MacAddress, "does not go with the host's network");
        if (!config.Publishes)
        {
            return config;
        }

        warnings.Add("published ports are dropped: with the host's network every port is the host's already");
        return config with { Publishes = false };
    }

    private static void CheckUserNamespace(ContainerConfig config)
    {
        const string why = "does not go with a user namespace: set namespaces.user to \"host\"";
        Refuse(config.Security.Privileged, "config.security.privileged", why);
        Refuse(config.Namespaces.Network == "host", "config.namespaces.network", why);
        Refuse(config.Namespaces.Pid == "host", "config.namespaces.pid", why);
        Refuse(config.Security.WritableCgroups, "config.security.options", "writable-cgroups " + why);
    }

    private static void Refuse(bool isSet, string field, string why)
    {
        if (isSet)
        {
            throw new SpecException(field, why);
        }
    }
}
