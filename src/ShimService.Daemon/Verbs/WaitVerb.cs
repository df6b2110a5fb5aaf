using ShimService.Contracts.V1;
using ShimService.Daemon.Registry;
using ShimService.Daemon.Services;
using ShimService.Rpc;
using V3 = ShimService.Contracts.Containerd.Task.V3;

namespace ShimService.Daemon.Verbs;

/// <summary>TaskService.Wait: outlives a lost connection to the shim, and the shim itself.</summary>
internal sealed class WaitVerb(TaskRegistry registry, StopSignal stop)
{
    public async Task<WaitResponse> RunAsync(WaitRequest request, RpcContext context)
    {
        var entry = registry.Require(request.Id);
        ExecIds.Check(request.ExecId);
        WaitResponse? response = null;
        await stop.RunAsync(context, async cancel => response = await WaitAsync(entry, request.ExecId, cancel));
        return response!;
    }

    /// <summary>Outlives the death of the shim: then the exit is what its funeral found.</summary>
    public static async Task<WaitResponse> WaitAsync(TaskEntry entry, string execId, CancellationToken cancel)
    {
        while (!entry.Ended.IsCompleted)
        {
            var shim = entry.Live("Wait");
            var channel = shim.Channel;
            try
            {
                var answer = await shim.TaskAsync("Wait", new V3.WaitRequest { Id = entry.Id, ExecId = execId },
                    V3.WaitResponse.Parser, cancel);
                return new WaitResponse { ExitStatus = answer.ExitStatus, ExitedAt = answer.ExitedAt };
            }
            catch (RpcException error) when (error.Code == RpcStatusCode.Unavailable)
            {
                // Either the shim is dead and its task is being seen to, or there is a new connection to it.
                await Task.WhenAny(entry.Ended, shim.ReplacedAsync(channel)).WaitAsync(cancel);
            }
        }

        return Ended(await entry.Ended, execId);
    }

    private static WaitResponse Ended(TaskMessage final, string execId)
    {
        if (execId.Length == 0)
        {
            return new WaitResponse { ExitStatus = final.ExitStatus, ExitedAt = final.ExitedAt };
        }

        var exec = final.Execs.FirstOrDefault(exec => exec.ExecId == execId)
            ?? throw RpcException.NotFound("UNKNOWN_EXEC", $"there is no exec {execId} in task {final.Id}");
        return new WaitResponse { ExitStatus = exec.ExitStatus, ExitedAt = exec.ExitedAt };
    }
}
