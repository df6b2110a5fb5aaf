using Google.Protobuf.WellKnownTypes;
using ShimService.Contracts.V1;
using ShimService.Daemon.Registry;
using ShimService.Daemon.Services;
using ShimService.Rpc;
using V3 = ShimService.Contracts.Containerd.Task.V3;

namespace ShimService.Daemon.Verbs;

/// <summary>TaskService.Kill.</summary>
internal sealed class KillVerb(TaskRegistry registry)
{
    private const int LastSignal = 64;

    public async Task<KillResponse> RunAsync(KillRequest request, RpcContext context)
    {
        var entry = registry.Require(request.Id);
        var signal = request.Signal == Signal.Unspecified ? (int)Signal.Sigterm : (int)request.Signal;
        if (signal is < 1 or > LastSignal)
        {
            throw RpcException.InvalidArgument("signal", $"signal {signal} is not between 1 and {LastSignal}");
        }

        var forwarded = new V3.KillRequest
        {
            Id = entry.Id,
            ExecId = ExecIds.Check(request.ExecId),
            Signal = (uint)signal,
            All = request.All,
        };
        await Detached.WaitAsync(
            entry.Live("Kill").TaskAsync("Kill", forwarded, Empty.Parser, CancellationToken.None), context);
        return new KillResponse();
    }
}
