using Google.Protobuf.WellKnownTypes;
using ShimService.Contracts.V1;
using ShimService.Daemon.Registry;
using ShimService.Daemon.Services;
using ShimService.Rpc;
using V3 = ShimService.Contracts.Containerd.Task.V3;

namespace ShimService.Daemon.Verbs;

/// <summary>TaskService.ResizePty.</summary>
internal sealed class ResizePtyVerb(TaskRegistry registry)
{
    // struct winsize has 16 bits for each (man 2 TIOCSWINSZ).
    private const uint LargestSize = ushort.MaxValue;

    public async Task<ResizePtyResponse> RunAsync(ResizePtyRequest request, RpcContext context)
    {
        var entry = registry.Require(request.Id);
        if (request.Width > LargestSize || request.Height > LargestSize)
        {
            throw RpcException.InvalidArgument(request.Width > LargestSize ? "width" : "height",
                $"{request.Width} x {request.Height} is no terminal size: at most {LargestSize} each way");
        }

        var forwarded = new V3.ResizePtyRequest
        {
            Id = entry.Id,
            ExecId = ExecIds.Check(request.ExecId),
            Width = request.Width,
            Height = request.Height,
        };
        await Detached.WaitAsync(
            entry.Live("ResizePty").TaskAsync("ResizePty", forwarded, Empty.Parser, CancellationToken.None), context);
        return new ResizePtyResponse();
    }
}
