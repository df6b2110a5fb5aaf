using ShimService.Contracts.Grpc.Health.V1;

namespace ShimService.Daemon.Grpc.Health;

/// <summary>
/// What grpc.health.v1 says of every service; "" is the server as a whole. Any thread. Source: grpc/grpc
/// doc/health-checking.md.
/// </summary>
public sealed class HealthStates
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, HealthCheckResponse.Types.ServingStatus> _states = new()
    {
        [string.Empty] = HealthCheckResponse.Types.ServingStatus.Serving,
    };

    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Adds a service that serves, unless it is known already.</summary>
    public void Know(string service)
    {
        lock (_lock)
        {
            _states.TryAdd(service, HealthCheckResponse.Types.ServingStatus.Serving);
        }
    }

    /// <summary>Says whether a service serves; watchers are told.</summary>
    public void Set(string service, HealthCheckResponse.Types.ServingStatus status)
    {
        TaskCompletionSource changed;
        lock (_lock)
        {
            _states[service] = status;
            changed = _changed;
            _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        changed.SetResult();
    }

    /// <summary>Null where the service is not known; and a task that completes with the next change of any.</summary>
    internal (HealthCheckResponse.Types.ServingStatus? Status, Task Changed) Get(string service)
    {
        lock (_lock)
        {
            return (_states.TryGetValue(service, out HealthCheckResponse.Types.ServingStatus status) ? status : null,
                _changed.Task);
        }
    }
}
