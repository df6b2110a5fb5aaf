using ShimService.Contracts.Containerd.Runtime.Sandbox.V1;
using ShimService.Rpc;
using ShimService.Shim.Handlers.Mapping;
using ShimService.Shim.Sandboxes;

namespace ShimService.Shim.Handlers.Sandboxes;

/// <summary>containerd's Sandbox service, a file per verb. Source: containerd 2.1 api/runtime/sandbox/v1.</summary>
internal sealed partial class SandboxHandlers(SandboxKeeper sandboxes)
{
    public const string Service = "containerd.runtime.sandbox.v1.Sandbox";

    public ServiceTable Table() => new(Service,
    [
        Guarded.Unary<CreateSandboxRequest, CreateSandboxResponse>(
            "CreateSandbox", CreateSandboxRequest.Parser, CreateAsync),
        Guarded.Unary<StartSandboxRequest, StartSandboxResponse>(
            "StartSandbox", StartSandboxRequest.Parser, StartAsync),
        Guarded.Unary<PlatformRequest, PlatformResponse>("Platform", PlatformRequest.Parser, PlatformAsync),
        Guarded.Unary<StopSandboxRequest, StopSandboxResponse>("StopSandbox", StopSandboxRequest.Parser, StopAsync),
        Guarded.Unary<WaitSandboxRequest, WaitSandboxResponse>("WaitSandbox", WaitSandboxRequest.Parser, WaitAsync),
        Guarded.Unary<SandboxStatusRequest, SandboxStatusResponse>(
            "SandboxStatus", SandboxStatusRequest.Parser, StatusAsync),
        Guarded.Unary<PingRequest, PingResponse>("PingSandbox", PingRequest.Parser, PingAsync),
        Guarded.Unary<ShutdownSandboxRequest, ShutdownSandboxResponse>(
            "ShutdownSandbox", ShutdownSandboxRequest.Parser, ShutdownAsync),
        Guarded.Unary<SandboxMetricsRequest, SandboxMetricsResponse>(
            "SandboxMetrics", SandboxMetricsRequest.Parser, MetricsAsync),
    ]);
}
