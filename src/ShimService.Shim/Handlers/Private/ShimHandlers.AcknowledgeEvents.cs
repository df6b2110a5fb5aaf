using ShimService.Contracts.Shim.V1;
using ShimService.Rpc;

namespace ShimService.Shim.Handlers.Private;

internal sealed partial class ShimHandlers
{
    private Task<AcknowledgeEventsResponse> AcknowledgeEventsAsync(
        AcknowledgeEventsRequest request, RpcContext context)
    {
        tasks.Journal.Acknowledge(request.Sequence);
        return Task.FromResult(new AcknowledgeEventsResponse());
    }
}
