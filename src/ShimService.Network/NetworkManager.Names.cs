using ShimService.Network.Names;

namespace ShimService.Network;

/// <content>Hosts files: a container's own when it is made, the others' when somebody comes or goes.</content>
public sealed partial class NetworkManager
{
    /// <summary>The text of a container's hosts file as it must be now; empty for one without networks.</summary>
    public string RenderHosts(string container)
    {
        lock (_gate)
        {
            return _containers.TryGetValue(container, out var record)
                ? HostsFile.Render(record, HostsFile.Entries(record, _containers.Values, DefaultNetwork))
                : "";
        }
    }

    // Written in place: a bind mount shows the file that was there, not one that takes its name.
    private void RefreshNames(IReadOnlyList<EndpointRecord> changed)
    {
        List<(string Path, string Text)> files;
        lock (_gate)
        {
            files =
            [
                .. _containers.Values
                    .Where(container => container.HostsFile.Length > 0 && container.Endpoints.Any(endpoint =>
                        changed.Any(one => one.NetworkId == endpoint.NetworkId
                            && (one.Network != DefaultNetwork || container.Links.Count > 0))))
                    .Select(container => (container.HostsFile,
                        HostsFile.Render(container, HostsFile.Entries(container, _containers.Values, DefaultNetwork)))),
            ];
        }

        foreach (var (path, text) in files)
        {
            try
            {
                // One that is gone is of a container that goes.
                if (File.Exists(path) && File.ReadAllText(path) != text)
                {
                    File.WriteAllText(path, text);
                }
            }
            catch (IOException)
            {
                // As above, between the look and the write.
            }
        }
    }
}
