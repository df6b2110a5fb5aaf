using ShimService.Contracts.V1;
using ShimService.Daemon.Services;
using ShimService.Daemon.Verbs.Creation;
using ShimService.Rpc;

namespace ShimService.Daemon.Verbs;

/// <summary>TaskService.Create.</summary>
internal sealed class CreateVerb(TaskCreation creation)
{
    public async Task<CreateResponse> RunAsync(CreateRequest request, RpcContext context)
    {
        var created = await Detached.WaitAsync(creation.CreateAsync(request), context);
        return new CreateResponse { Pid = created.Pid, Warnings = { created.Warnings } };
    }
}
