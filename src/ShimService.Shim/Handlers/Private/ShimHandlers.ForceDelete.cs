using ShimService.Contracts.Shim.V1;
using ShimService.Rpc;
using ShimService.Shim.Handlers.Mapping;

namespace ShimService.Shim.Handlers.Private;

internal sealed partial class ShimHandlers
{
    private async Task<ForceDeleteResponse> ForceDeleteAsync(ForceDeleteRequest request, RpcContext context)
    {
        var result = await tasks.ForceDeleteAsync(Ids.Container(request.Id), context.Cancellation);
        return new ForceDeleteResponse
        {
            Pid = (uint)(result.Pid?.Value ?? 0),
            ExitStatus = (uint)(result.Exit?.Status ?? 0),
            ExitedAt = result.Exit is { } exit ? Times.Of(exit.At) : null,
        };
    }
}
