using ShimService.Contracts.V1;
using ShimService.Daemon.Registry;
using ShimService.Daemon.Services;
using ShimService.Rpc;
using V3 = ShimService.Contracts.Containerd.Task.V3;

namespace ShimService.Daemon.Verbs;

/// <summary>TaskService.Delete: a task, or an exec of it.</summary>
internal sealed class DeleteVerb(TaskRegistry registry, TaskRemoval removal)
{
    private const uint KillSignal = 9;

    public async Task<DeleteResponse> RunAsync(DeleteRequest request, RpcContext context)
    {
        var entry = registry.Require(request.Id);
        var force = request.Force ? Force.Yes : Force.No;
        return await Detached.WaitAsync(
            request.ExecId.Length == 0 ? removal.RemoveAsync(entry, force) : DeleteExecAsync(
                entry, request.ExecId, force),
            context);
    }

    /// <summary>Removes an exec and its log.</summary>
    public static async Task<DeleteResponse> DeleteExecAsync(TaskEntry entry, string execId, Force force)
    {
        ExecIds.Check(execId);
        var shim = entry.Live("Delete");
        if (force == Force.Yes)
        {
            await EndExecAsync(entry, execId);
        }

        var answer = await shim.TaskAsync("Delete", new V3.DeleteRequest { Id = entry.Id, ExecId = execId },
            V3.DeleteResponse.Parser, CancellationToken.None);
        entry.RemoveLogOf(execId);
        return new DeleteResponse { Pid = answer.Pid, ExitStatus = answer.ExitStatus, ExitedAt = answer.ExitedAt };
    }

    private static async Task EndExecAsync(TaskEntry entry, string execId)
    {
        var shim = entry.Live("Delete");
        try
        {
            await shim.TaskAsync("Kill",
                new V3.KillRequest { Id = entry.Id, ExecId = execId, Signal = KillSignal },
                Google.Protobuf.WellKnownTypes.Empty.Parser, CancellationToken.None);
            await shim.TaskAsync("Wait", new V3.WaitRequest { Id = entry.Id, ExecId = execId },
                V3.WaitResponse.Parser, CancellationToken.None);
        }
        catch (RpcException error) when (error.Code is RpcStatusCode.NotFound or RpcStatusCode.FailedPrecondition)
        {
            // It has exited, or was never started: Delete says what is wrong if anything is.
        }
    }
}
