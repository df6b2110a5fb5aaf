using ShimService.Network.Errors;
using ShimService.Network.Names;

namespace ShimService.Network;

/// <content>Hosts files: a container's own when it is made, the others' when somebody comes or goes.</content>
public sealed partial class NetworkManager
{
    /// <summary>A container's hosts file as it must be now; empty for one without networks.</summary>
    public byte[] RenderHosts(string container)
    {
        lock (_gate)
        {
            return _containers.TryGetValue(container, out var record) ? Render(record) : [];
        }
    }

    /// <summary>
    /// Where the links of a container that is to be made lead. Errors: InvalidArgument for one that leads nowhere.
    /// </summary>
    public IReadOnlyList<LinkRecord> FindLinks(NetworkingRequest request)
    {
        lock (_gate)
        {
            return FindLinks(
                request.Links, endpoint => request.Networks.Any(network => network.Network == endpoint.Network));
        }
    }

    // Under the lock.
    private List<LinkRecord> FindLinks(IReadOnlyList<string> links, Func<EndpointRecord, bool> isShared)
    {
        var found = new List<LinkRecord>(links.Count);
        foreach (var link in links)
        {
            var (name, alias) = KnownNames.Split(link);
            if (!KnownNames.IsName(alias))
            {
                throw NetworkErrors.Invalid(
                    "links", $"\"{link}\": \"{alias}\" is no name of a host: write CONTAINER or CONTAINER:ALIAS");
            }

            if (!_containers.TryGetValue(name, out var other)
                || other.Endpoints.Where(isShared).SelectMany(static endpoint => endpoint.Addresses)
                    .FirstOrDefault() is not { } address)
            {
                throw NetworkErrors.Invalid(
                    "links", $"\"{link}\": there is no container {name} on a network of this one");
            }

            found.Add(new LinkRecord(alias, address, other));
        }

        return found;
    }

    // Under the lock.
    private byte[] Render(ContainerRecord container) =>
        _hosts(container, KnownNames.Of(container, _containers.Values, DefaultNetwork));

    // Written in place: a bind mount shows the file that was there, not one that takes its name.
    private void RefreshNames(IReadOnlyList<EndpointRecord> changed)
    {
        List<(string Path, byte[] Content)> files;
        lock (_gate)
        {
            files =
            [
                .. _containers.Values
                    .Where(container => container.HostsFile.Length > 0 && container.Endpoints.Any(endpoint =>
                        changed.Any(one => one.NetworkId == endpoint.NetworkId
                            && (one.Network != DefaultNetwork || container.Links.Count > 0))))
                    .Select(container => (container.HostsFile, Render(container))),
            ];
        }

        foreach (var (path, content) in files)
        {
            try
            {
                // One that is gone is of a container that goes.
                if (File.Exists(path) && !content.AsSpan().SequenceEqual(File.ReadAllBytes(path)))
                {
                    File.WriteAllBytes(path, content);
                }
            }
            catch (IOException)
            {
                // As above, between the look and the write.
            }
        }
    }
}
