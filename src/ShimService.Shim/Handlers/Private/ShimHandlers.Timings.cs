using ShimService.Contracts.Shim.V1;
using ShimService.Rpc;
using ShimService.Shim.Handlers.Mapping;

namespace ShimService.Shim.Handlers.Private;

internal sealed partial class ShimHandlers
{
    private const int NanosecondsPerTick = 100;

    private Task<TimingsResponse> TimingsAsync(TimingsRequest request, RpcContext context)
    {
        var response = new TimingsResponse();
        foreach (var timing in tasks.ReadTimings(Ids.Container(request.Id)))
        {
            response.Timings.Add(new Timing
            {
                Part = timing.Part, Nanoseconds = (ulong)timing.Duration.Ticks * NanosecondsPerTick,
            });
        }

        return Task.FromResult(response);
    }
}
