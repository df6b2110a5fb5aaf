using Google.Protobuf;
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
        Row<CreateSandboxRequest, CreateSandboxResponse>(
            "CreateSandbox", CreateSandboxRequest.Parser, CreateAsync),
        Row<StartSandboxRequest, StartSandboxResponse>(
            "StartSandbox", StartSandboxRequest.Parser, StartAsync),
        Row<PlatformRequest, PlatformResponse>("Platform", PlatformRequest.Parser, PlatformAsync),
        Row<StopSandboxRequest, StopSandboxResponse>("StopSandbox", StopSandboxRequest.Parser, StopAsync),
        Row<WaitSandboxRequest, WaitSandboxResponse>("WaitSandbox", WaitSandboxRequest.Parser, WaitAsync),
        Row<SandboxStatusRequest, SandboxStatusResponse>(
            "SandboxStatus", SandboxStatusRequest.Parser, StatusAsync),
        Row<PingRequest, PingResponse>("PingSandbox", PingRequest.Parser, PingAsync),
        Row<ShutdownSandboxRequest, ShutdownSandboxResponse>(
            "ShutdownSandbox", ShutdownSandboxRequest.Parser, ShutdownAsync),
        Row<SandboxMetricsRequest, SandboxMetricsResponse>(
            "SandboxMetrics", SandboxMetricsRequest.Parser, MetricsAsync),
    ]);

    private static RpcMethod Row<TReq, TRes>(
        string name, MessageParser<TReq> parser, Func<TReq, RpcContext, Task<TRes>> handler)
        where TReq : class, IMessage<TReq>
        where TRes : class, IMessage<TRes> => Guarded.Unary(name, parser, handler, ErrorDetails.None);
}
