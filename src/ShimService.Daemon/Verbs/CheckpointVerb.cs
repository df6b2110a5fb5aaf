using ShimService.Contracts.V1;
using ShimService.Daemon.Registry;
using ShimService.Rpc;

namespace ShimService.Daemon.Verbs;

/// <summary>TaskService.Checkpoint: not in this version, and says so.</summary>
internal sealed class CheckpointVerb(TaskRegistry registry)
{
    public Task<CheckpointResponse> RunAsync(CheckpointRequest request, RpcContext context)
    {
        var entry = registry.Require(request.Id);
        throw RpcException.Unimplemented(
            $"Checkpoint task {entry.Id}: this version cannot save the state of processes; nothing was done");
    }
}
