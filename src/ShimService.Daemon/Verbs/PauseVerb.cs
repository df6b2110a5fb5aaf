using Google.Protobuf.WellKnownTypes;
using ShimService.Contracts.V1;
using ShimService.Daemon.Registry;
using ShimService.Daemon.Services;
using ShimService.Rpc;
using V3 = ShimService.Contracts.Containerd.Task.V3;

namespace ShimService.Daemon.Verbs;

/// <summary>TaskService.Pause.</summary>
internal sealed class PauseVerb(TaskRegistry registry)
{
    public async Task<PauseResponse> RunAsync(PauseRequest request, RpcContext context)
    {
        var entry = registry.Require(request.Id);
        await Detached.WaitAsync(
            entry.Live("Pause").TaskAsync(
                "Pause", new V3.PauseRequest { Id = entry.Id }, Empty.Parser, CancellationToken.None),
            context);
        return new PauseResponse();
    }
}
