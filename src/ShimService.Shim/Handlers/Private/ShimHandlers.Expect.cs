using ShimService.Contracts.Shim.V1;
using ShimService.Rpc;
using ShimService.Shim.Handlers.Mapping;

namespace ShimService.Shim.Handlers.Private;

internal sealed partial class ShimHandlers
{
    private Task<ExpectResponse> ExpectAsync(ExpectRequest request, RpcContext context)
    {
        tasks.Expect(Ids.Container(request.Id));
        return Task.FromResult(new ExpectResponse());
    }
}
