using ShimService.Contracts.Grpc.Health.V1;
using ShimService.Rpc;
using ServingStatus = ShimService.Contracts.Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace ShimService.Daemon.Grpc.Health;

/// <summary>grpc.health.v1.Health over <see cref="HealthStates"/>.</summary>
internal static class HealthTable
{
    public static ServiceTable Of(HealthStates states) => new(
        "grpc.health.v1.Health",
        [
            RpcMethod.Unary<HealthCheckRequest, HealthCheckResponse>(
                "Check", HealthCheckRequest.Parser, (request, _) => Task.FromResult(Check(states, request))),
            RpcMethod.ServerStream<HealthCheckRequest, HealthCheckResponse>(
                "Watch",
                HealthCheckRequest.Parser,
                (request, writer, context) => WatchAsync(states, request, writer, context)),
        ]);

    private static HealthCheckResponse Check(HealthStates states, HealthCheckRequest request) =>
        states.Get(request.Service).Status is { } status
            ? new HealthCheckResponse { Status = status }
            : throw RpcException.NotFound("UNKNOWN_SERVICE", $"unknown service {request.Service}");

    // Now, then every change; a service that is not known yet may become so.
    private static async Task WatchAsync(
        HealthStates states, HealthCheckRequest request, IRpcWriter<HealthCheckResponse> writer, RpcContext context)
    {
        ServingStatus? last = null;
        while (true)
        {
            (ServingStatus? known, Task changed) = states.Get(request.Service);
            ServingStatus status = known ?? ServingStatus.ServiceUnknown;
            if (status != last)
            {
                await writer.WriteAsync(new() { Status = status }, context.Cancellation);
                last = status;
            }

            await changed.WaitAsync(context.Cancellation);
        }
    }
}
