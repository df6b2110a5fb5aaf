using ShimService.Contracts.V1;
using ShimService.Daemon.Registry;
using ShimService.Network;
using ShimService.Rpc;

namespace ShimService.Daemon.Verbs;

/// <summary>TaskService.Get.</summary>
internal sealed class GetVerb(TaskRegistry registry, NetworkManager networks)
{
    public async Task<GetResponse> RunAsync(GetRequest request, RpcContext context)
    {
        var entry = registry.Require(request.Id);
        if (entry.Ended.IsCompleted)
        {
            return new GetResponse { Task = TaskView.Complete((await entry.Ended).Clone(), entry, networks) };
        }

        var answer = await entry.Live("Get").AskAsync("Get", new ShimContracts.GetRequest { Id = entry.Id },
            ShimContracts.GetResponse.Parser, context.Cancellation);
        return new GetResponse { Task = TaskView.Complete(answer.Task, entry, networks) };
    }
}
