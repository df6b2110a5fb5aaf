using Google.Protobuf.WellKnownTypes;
using ShimService.Contracts.V1;
using ShimService.Daemon.Registry;
using ShimService.Daemon.Services;
using ShimService.Rpc;
using V3 = ShimService.Contracts.Containerd.Task.V3;

namespace ShimService.Daemon.Verbs;

/// <summary>TaskService.CloseStdin.</summary>
internal sealed class CloseStdinVerb(TaskRegistry registry)
{
    public async Task<CloseStdinResponse> RunAsync(CloseStdinRequest request, RpcContext context)
    {
        var entry = registry.Require(request.Id);
        var forwarded = new V3.CloseIORequest { Id = entry.Id, ExecId = ExecIds.Check(request.ExecId), Stdin = true };
        await Detached.WaitAsync(
            entry.Live("CloseStdin").TaskAsync("CloseIO", forwarded, Empty.Parser, CancellationToken.None), context);
        return new CloseStdinResponse();
    }
}
