using ShimService.Linux.Errors;
using ShimService.Network.Cni;
using ShimService.Network.Errors;
using ShimService.Tasks.Errors;

namespace ShimService.Network;

/// <content>Networks of a container that is there already, and what an earlier run left.</content>
public sealed partial class NetworkManager
{
    /// <summary>
    /// Puts a container on one more network. Errors: NotFound, AlreadyExists, those of Prepare and Attach; then it is
    /// not on it.
    /// </summary>
    public Task<EndpointRecord> ConnectAsync(string container, int pid, AttachmentRequest asked) =>
        ChangeAsync($"connect container {container} to network {asked.Network}", async () =>
        {
            var before = Find(container) ?? new ContainerRecord { Container = container, Hostname = container };
            EndpointRecord endpoint;
            lock (_gate)
            {
                var network = Require(asked.Network);
                if (before.Endpoints.Any(one => one.NetworkId == network.Record.Id))
                {
                    throw NetworkErrors.Connected(container, asked.Network);
                }

                endpoint = Lease(network, asked, FreeName(before));
            }

            var after = before with { Endpoints = [.. before.Endpoints, endpoint] };
            try
            {
                Replace(after);
                after = await AttachAsync(after, [endpoint], pid);
                await RerouteAsync(before, after, pid);
                return after.Endpoints[^1];
            }
            catch (Exception error) when (error is KernelException or TaskException or IOException)
            {
                await UndoConnectAsync(before, after, endpoint, pid);
                throw;
            }
        });

    /// <summary>
    /// Whether a container's networks are still as they were made: plugins are asked by CHECK, bridges are looked at.
    /// Errors: FailedPrecondition with what is wrong.
    /// </summary>
    public Task CheckAsync(string container, int pid) => ChangeAsync($"networks of container {container}", async () =>
    {
        var record = Find(container) ?? throw NetworkErrors.NotConnected(container, "any");
        foreach (var endpoint in record.Endpoints)
        {
            if (endpoint.HostInterface.Length == 0 && StateOf(endpoint) is { } network)
            {
                await _cni.CheckAsync(
                    CniConfig.Parse(network.Record.CniConfig), TargetOf(record, endpoint), endpoint.CniResult,
                    _held.PathOf(container, pid));
            }
            else if (endpoint.HostInterface.Length > 0
                && _bridges.Fault(endpoint, StateOf(endpoint)?.Record.InterfaceName ?? "") is { } fault)
            {
                throw NetworkErrors.NotAsMade(container, $"network {endpoint.Network}: {fault}");
            }
        }

        return true;
    });

    /// <summary>Takes a container off a network. Errors: NotFound.</summary>
    public Task DisconnectAsync(string container, int pid, string name) =>
        ChangeAsync($"disconnect container {container} from network {name}", async () =>
        {
            var before = Find(container);
            var endpoint = before?.Endpoints.FirstOrDefault(one => one.Network == name)
                ?? throw NetworkErrors.NotConnected(container, name);
            var after = before! with { Endpoints = [.. before.Endpoints.Where(one => one != endpoint)] };

            // The routes by it go with it; what the record still names is removed by the next start if this is cut
            // short.
            await RemoveAsync(before, endpoint, pid);
            Replace(after);
            lock (_gate)
            {
                StateOf(endpoint)?.Return(endpoint);
            }

            await RerouteAsync(before, after, pid);
            RefreshNames([endpoint, .. after.Endpoints]);
            return true;
        });

    /// <summary>
    /// Takes over the records of an earlier run, before the first call: containers that are there keep their leases,
    /// those that were created and not attached to the end are attached, and of all others everything is removed.
    /// </summary>
    /// <param name="tasks">The tasks that are there: their init's pid, and whether it has been started.</param>
    /// <param name="failed">Told of each container that something went wrong with.</param>
    public async Task RecoverAsync(
        IReadOnlyDictionary<string, (int Pid, bool IsStarted)> tasks, Action<string, Exception> failed)
    {
        foreach (var network in _store.ReadNetworks())
        {
            _networks[network.Name] = new NetworkState(network);
        }

        var records = _store.ReadContainers();
        if (records.Count == 0)
        {
            return;
        }

        var gone = records.Where(record => !tasks.ContainsKey(record.Container)).ToList();
        foreach (var record in records.Except(gone))
        {
            Adopt(record);
        }

        // With nothing left of ports and leases of before, the table is as it must be whatever was there.
        if (_networks.Values.Any(static network => network.Record.Type == NetworkRecord.Bridge))
        {
            await GuardAsync("", () => _firewall.MakeAsync(), failed);
        }

        foreach (var record in gone)
        {
            await GuardAsync(record.Container, () => ReleaseAsync(record with { Ports = [] }, pid: 0), failed);
        }

        foreach (var record in records.Except(gone))
        {
            var (pid, isStarted) = tasks[record.Container];
            await GuardAsync(record.Container, () => ResumeAsync(record, pid, isStarted), failed);
        }
    }

    private void Adopt(ContainerRecord record)
    {
        lock (_gate)
        {
            _containers[record.Container] = record;
            foreach (var endpoint in record.Endpoints)
            {
                StateOf(endpoint)?.TakeAgain(endpoint);
            }

            _ports.TakeAgain(record.Container, record.Ports);
        }
    }

    // A Create that was cut short between the task and its networks: made anew, whatever is there of it.
    private async Task ResumeAsync(ContainerRecord record, int pid, bool isStarted)
    {
        if (isStarted || pid <= 0)
        {
            if (record.Endpoints.Any(static endpoint => endpoint.HostInterface.Length == 0))
            {
                _held.PathOf(record.Container, pid);
            }

            return;
        }

        foreach (var endpoint in record.Endpoints)
        {
            await RemoveAsync(record, endpoint, pid);
        }

        await AttachAsync(record.Container, pid);
    }

    private static async Task GuardAsync(string container, Func<Task> step, Action<string, Exception> failed)
    {
        try
        {
            await step();
        }
        catch (Exception error) when (error is KernelException or TaskException or IOException)
        {
            failed(container, error);
        }
    }

    private async Task UndoConnectAsync(ContainerRecord before, ContainerRecord after, EndpointRecord endpoint, int pid)
    {
        try
        {
            await RemoveAsync(after, endpoint, pid);
            Replace(before);
            lock (_gate)
            {
                StateOf(endpoint)?.Return(endpoint);
            }
        }
        catch (Exception error) when (error is KernelException or TaskException or IOException)
        {
            // The record names it: it is taken away with the container.
        }
    }

    // The default route, and the published ports with it, follow the endpoint that has it now.
    private async Task RerouteAsync(ContainerRecord before, ContainerRecord after, int pid)
    {
        var (old, now) = (GatewayOf(before), GatewayOf(after));
        if (old == now)
        {
            return;
        }

        var wasNew = now is not null && !before.Endpoints.Contains(now);
        await _bridges.RouteAsync(pid, after.Endpoints.Contains(old) ? old : null, wasNew && old is null ? null : now);
        if (after.Ports.Count > 0)
        {
            await _firewall.MakeAsync();
        }
    }

    private static string FreeName(ContainerRecord record)
    {
        for (var number = 0; ; number++)
        {
            if (record.Endpoints.All(endpoint => endpoint.InterfaceName != $"eth{number}"))
            {
                return $"eth{number}";
            }
        }
    }
}
