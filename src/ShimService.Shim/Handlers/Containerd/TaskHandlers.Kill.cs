using Google.Protobuf.WellKnownTypes;
using ShimService.Contracts.Containerd.Task.V3;
using ShimService.Rpc;
using ShimService.Shim.Handlers.Mapping;
using ShimService.Tasks.Errors;
using ShimService.Tasks.Values;
using ShimService.Tasks.Views;

namespace ShimService.Shim.Handlers.Containerd;

internal sealed partial class TaskHandlers
{
    private const uint LastSignal = 64;

    private async Task<Empty> KillAsync(KillRequest request, RpcContext context)
    {
        if (request.Signal is 0 or > LastSignal)
        {
            throw new TaskException(
                ErrorKind.InvalidArgument,
                ErrorReason.InvalidArgument,
                $"signal {request.Signal} is not a Linux signal: use 1 to {LastSignal}")
            {
                Field = "signal",
            };
        }

        await tasks.KillAsync(
            Ids.Container(request.Id),
            Ids.Process(request.ExecId),
            new Signal((int)request.Signal),
            request.All ? KillScope.Container : KillScope.Process,
            context.Cancellation);
        return Nothing;
    }
}
