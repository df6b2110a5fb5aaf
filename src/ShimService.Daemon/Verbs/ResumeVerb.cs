using Google.Protobuf.WellKnownTypes;
using ShimService.Contracts.V1;
using ShimService.Daemon.Registry;
using ShimService.Daemon.Services;
using ShimService.Rpc;
using V3 = ShimService.Contracts.Containerd.Task.V3;

namespace ShimService.Daemon.Verbs;

/// <summary>TaskService.Resume.</summary>
internal sealed class ResumeVerb(TaskRegistry registry)
{
    public async Task<ResumeResponse> RunAsync(ResumeRequest request, RpcContext context)
    {
        var entry = registry.Require(request.Id);
        await Detached.WaitAsync(
            entry.Live("Resume").TaskAsync(
                "Resume", new V3.ResumeRequest { Id = entry.Id }, Empty.Parser, CancellationToken.None),
            context);
        return new ResumeResponse();
    }
}
