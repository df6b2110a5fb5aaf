using ShimService.Contracts.V1;
using ShimService.Daemon.Registry;
using ShimService.Rpc;

namespace ShimService.Daemon.Verbs;

/// <summary>TaskService.Pids.</summary>
internal sealed class PidsVerb(TaskRegistry registry)
{
    public async Task<PidsResponse> RunAsync(PidsRequest request, RpcContext context)
    {
        var entry = registry.Require(request.Id);
        var answer = await entry.Live("Pids").AskAsync("Pids", new ShimContracts.PidsRequest { Id = entry.Id },
            ShimContracts.PidsResponse.Parser, context.Cancellation);
        var response = new PidsResponse();
        response.Processes.AddRange(answer.Processes);
        return response;
    }
}
