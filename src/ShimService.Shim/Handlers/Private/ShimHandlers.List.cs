using ShimService.Contracts.Shim.V1;
using ShimService.Rpc;

namespace ShimService.Shim.Handlers.Private;

internal sealed partial class ShimHandlers
{
    private Task<ListResponse> ListAsync(ListRequest request, RpcContext context)
    {
        var response = new ListResponse();
        foreach (var task in tasks.List())
        {
            response.Tasks.Add(Describe(task));
        }

        return Task.FromResult(response);
    }
}
